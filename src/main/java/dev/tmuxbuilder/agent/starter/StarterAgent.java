package dev.tmuxbuilder.agent.starter;

import dev.tmuxbuilder.agent.Agent;
import dev.tmuxbuilder.agent.AgentEvent;
import dev.tmuxbuilder.agent.AgentEvents;
import dev.tmuxbuilder.agent.AgentOutcome;
import dev.tmuxbuilder.agent.Instruction;
import dev.tmuxbuilder.brief.Brief;
import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.Level;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.Map;
import java.util.SortedMap;

/**
 * The agent that is always there: no network, no model, no chance. The same instruction gives the
 * same bytes.
 */
@ApplicationScoped
public class StarterAgent implements Agent {
  private static final String STAGE = "design";

  @Override
  public AgentKind kind() {
    return AgentKind.STARTER;
  }

  @Override
  public Uni<AgentOutcome> work(Instruction instruction, AgentEvents events) {
    return VirtualThreads.call("starter agent", () -> make(instruction, events));
  }

  private static AgentOutcome make(Instruction instruction, AgentEvents events) {
    if (instruction.requirements().isBlank() && isThere(instruction)) {
      events.tell(new AgentEvent.Text("There is a site, and no brief: it stays as it is."));
      return new AgentOutcome.Done("The site as its template has it");
    }
    Brief brief = Brief.parse(instruction.requirements());
    note(
        events,
        "read",
        "Read the brief: %d sections, %d links, language %s"
            .formatted(brief.sections().size(), brief.links().size(), brief.language().tag()),
        Map.of(
            "sections", brief.sections().size(),
            "links", brief.links().size(),
            "lang", brief.language().tag()));
    Choice choice = Choice.of(brief);
    choice.warning().ifPresent(warning -> events.tell(AgentEvent.Note.warn(STAGE, warning)));
    note(
        events,
        STAGE,
        "Design: %s, because %s".formatted(choice.design().wire(), choice.reason()),
        Map.of("design", choice.design().wire(), "reason", choice.reason()));
    SortedMap<String, byte[]> files = SiteMaker.make(instruction, brief, choice.design());
    write(instruction, files);
    long bytes = files.values().stream().mapToLong(file -> file.length).sum();
    long pages = files.keySet().stream().filter(path -> path.endsWith("index.html")).count();
    String summary = "%d pages in %d files, %,d bytes".formatted(pages, files.size(), bytes);
    note(
        events,
        "write",
        "Wrote " + summary,
        Map.of("pages", pages, "files", files.size(), "bytes", bytes));
    events.tell(new AgentEvent.Text("The site is written: " + summary + "."));
    return new AgentOutcome.Done(summary);
  }

  /** Whether there is a site already, as one that began from a template. */
  private static boolean isThere(Instruction instruction) {
    String first = instruction.siteType() == SiteType.STATIC ? "index.html" : "server.mjs";
    return Files.isRegularFile(instruction.source().resolve(first), LinkOption.NOFOLLOW_LINKS);
  }

  private static void note(
      AgentEvents events, String stage, String message, Map<String, Object> data) {
    events.tell(new AgentEvent.Note(Level.INFO, stage, message, data));
  }

  private static void write(Instruction instruction, Map<String, byte[]> files) {
    try {
      new SourceTree(instruction.source()).become(files);
    } catch (IOException failed) {
      throw StepFailure.retryable(
              "write",
              "source_not_written",
              "The site's files could not be written: " + failed.getMessage(),
              "See whether the data directory can be written to and has room.")
          .causedBy(failed);
    }
  }
}
