package dev.tmuxbuilder.execution;

import java.net.URI;
import java.util.List;

/** What came of a step: kept, so that a run goes on after a crash with what is done. */
public sealed interface StepResult {
  /** Done, and nothing to tell. */
  record Done() implements StepResult {}

  /**
   * The agent's files are there.
   *
   * @param sourceCommit the commit that holds them
   */
  record Generated(String sourceCommit, int files, long bytes) implements StepResult {}

  /**
   * A release is live.
   *
   * @param fresh whether this run made the release; not so for a rollback
   */
  record Deployed(Release release, URI url, List<Resource> resources, boolean fresh)
      implements StepResult {
    public Deployed {
      resources = List.copyOf(resources);
    }
  }

  /** Checks were made, and passed. */
  record Checked(List<CheckResult> checks) implements StepResult {
    public Checked {
      checks = List.copyOf(checks);
    }
  }

  /** Pictures were taken. */
  record Photographed(List<Screenshot> screenshots) implements StepResult {
    public Photographed {
      screenshots = List.copyOf(screenshots);
    }
  }
}
