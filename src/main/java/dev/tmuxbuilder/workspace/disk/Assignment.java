package dev.tmuxbuilder.workspace.disk;

import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.SiteType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * What an agent, or a person, finds in the session's folder about the job.
 *
 * @param shape what kind of site it is
 * @param verbs what the product offers the agent besides files, as items of a list; may be empty
 */
record Assignment(String shape, String verbs) {
  private static final String STATIC =
      "A static site: everything in `source/` is served as it is, `index.html` first.";
  private static final String DYNAMIC =
      "A dynamic site: `source/server.mjs` is run with Node.js. It listens on `$HOST:$PORT`,"
          + " answers `GET /healthz` with 200 and `{\"status\":\"ok\",\"release\":\"$RELEASE\"}`,"
          + " keeps what it must remember in `$DATA_DIR`, and ends within 5 s of SIGTERM.";
  private static final String TOOLS =
      "- Where tools named `tmux-builder` are offered, they are the product's own verbs: report"
          + " progress, ask the user, put a file of theirs into `source/`, look at logs and checks.";
  private static final String TEMPLATE = template();

  static Assignment of(Execution execution) {
    return new Assignment(
        execution.siteType() == SiteType.STATIC ? STATIC : DYNAMIC,
        execution.agent() == AgentKind.STARTER ? "" : TOOLS);
  }

  String text() {
    return TEMPLATE
        .replace("{shape}", shape)
        .replace("{verbs}\n", verbs.isEmpty() ? "" : verbs + "\n");
  }

  private static String template() {
    try (InputStream text =
        Objects.requireNonNull(Assignment.class.getResourceAsStream("assignment.md"))) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException impossible) { // it is in the program
      throw new UncheckedIOException(impossible);
    }
  }
}
