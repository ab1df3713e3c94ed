package dev.tmuxbuilder.workspace;

import java.nio.file.Path;

/**
 * The folders of one session.
 *
 * @param root {@code {data-dir}/users/{GUID}/sessions/{session_id}}
 */
public record Workspace(Path root) {
  /** The site; a git repository, one commit a run. */
  public Path source() {
    return root.resolve("source");
  }

  /** What users sent with the brief and with their messages: {@code {message}/{name}}. */
  public Path files() {
    return root.resolve("files");
  }

  /** What the pipeline knows and can show: configuration, reports, receipts, pictures. */
  public Path deployment() {
    return root.resolve("deployment");
  }

  /** What agents, builds, browsers and the site's own process print. */
  public Path logs() {
    return root.resolve("logs");
  }

  /** What a dynamic site keeps from release to release. */
  public Path state() {
    return root.resolve("state");
  }
}
