package dev.tmuxbuilder.agent;

import dev.tmuxbuilder.execution.CheckResult;
import java.util.ArrayList;
import java.util.List;

/**
 * Tasks as messages to an agent that converses. What a user said is a block of its own, to the byte
 * as it came, and neither the first nor the last one: so it is no command of the agent's program,
 * whatever it begins with.
 */
public final class TaskWords {
  private TaskWords() {}

  public static List<String> of(Instruction instruction) {
    return switch (instruction.task()) {
      case Task.Build(List<String> files) -> build(files);
      case Task.Change(List<Task.Message> messages) -> change(messages);
      case Task.Mend(int round, List<CheckResult> findings) -> List.of(mend(round, findings));
    };
  }

  private static List<String> build(List<String> files) {
    List<String> blocks = new ArrayList<>();
    blocks.add(
        "Make the site now. CLAUDE.md says what the job is and how it is judged, brief.md what"
            + " is wanted. Write everything into source/. When all is there, say in a few"
            + " sentences what you made.");
    if (!files.isEmpty()) {
      blocks.add(cameWith(files));
    }
    return blocks;
  }

  private static String cameWith(List<String> files) {
    return "With it came these files: " + String.join(", ", files);
  }

  private static List<String> change(List<Task.Message> messages) {
    List<String> blocks = new ArrayList<>();
    blocks.add(
        "The site's user writes to you. Change the site in source/ as they say, and nothing else."
            + " Then tell them in a few sentences what you changed. What follows is what they"
            + " wrote.");
    for (Task.Message message : messages) {
      blocks.add(message.text());
      if (!message.files().isEmpty()) {
        blocks.add(cameWith(message.files()));
      }
    }
    blocks.add("That is all they wrote.");
    return blocks;
  }

  private static String mend(int round, List<CheckResult> findings) {
    StringBuilder text =
        new StringBuilder(
            "The site was deployed and looked at in a browser. These checks failed (round "
                + round
                + "); mend them in source/ and change nothing else:\n");
    for (CheckResult finding : findings) {
      text.append("\n- ")
          .append(finding.name())
          .append(" on ")
          .append(finding.page())
          .append(": expected ")
          .append(finding.expected())
          .append(", saw ")
          .append(finding.seen());
    }
    return text.toString();
  }

  public static String goOn() {
    return "You were interrupted in the middle of your work. Look at what is in source/ and go on"
        + " with what you were asked to do, to its end.";
  }
}
