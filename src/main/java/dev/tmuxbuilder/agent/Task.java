package dev.tmuxbuilder.agent;

import dev.tmuxbuilder.execution.CheckResult;
import java.util.List;

/** What an agent is to do now. */
public sealed interface Task {
  /** Names the task within its run: the same for the same task, whoever asks again. */
  String name();

  /**
   * Make the site from its brief.
   *
   * @param files paths of what came with the brief, relative to the session's folder
   */
  record Build(List<String> files) implements Task {
    public Build {
      files = List.copyOf(files);
    }

    @Override
    public String name() {
      return "build";
    }
  }

  /**
   * Change the site as its user says.
   *
   * @param messages in the order in which they came
   */
  record Change(List<Message> messages) implements Task {
    public Change {
      messages = List.copyOf(messages);
    }

    @Override
    public String name() {
      return "change";
    }
  }

  /**
   * Mend what the checks found.
   *
   * @param round from 1
   * @param findings the checks that failed
   */
  record Mend(int round, List<CheckResult> findings) implements Task {
    public Mend {
      findings = List.copyOf(findings);
    }

    @Override
    public String name() {
      return "mend-" + round;
    }
  }

  /**
   * What a user said.
   *
   * @param text to the byte as it came
   * @param files paths of what came with it, relative to the session's folder
   */
  record Message(String id, String text, List<String> files) {
    public Message {
      files = List.copyOf(files);
    }
  }
}
