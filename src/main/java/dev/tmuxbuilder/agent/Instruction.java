package dev.tmuxbuilder.agent;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.SiteType;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * @param task what to do now
 * @param requirements the brief, Markdown; may be empty
 * @param source the directory that the agent fills; for a static site its content is what is served
 * @param siteUrl where the site will be live, where that is known before it is made: maps for
 *     search engines and pictures for social networks need whole addresses
 */
public record Instruction(
    ExecutionId execution,
    int run,
    Task task,
    SiteType siteType,
    String requirements,
    Path source,
    Optional<URI> siteUrl) {
  /** The session's folder, in which the agent works. */
  public Path workspace() {
    return source.resolveSibling("");
  }

  /** Names this piece of work within its execution: the same for whoever asks for it again. */
  public String turn() {
    return "run-" + run + "-" + task.name();
  }
}
