package dev.tmuxbuilder.execution;

import java.util.List;

/**
 * What one successful deploy put live.
 *
 * @param number 1, 2, 3 …
 * @param run the run that made it
 * @param sourceCommit the commit of the session's repository that it was made from
 */
public record Release(
    int number, int run, String sourceCommit, String artifactSha256, List<Artifact.File> files) {
  public Release {
    files = List.copyOf(files);
  }
}
