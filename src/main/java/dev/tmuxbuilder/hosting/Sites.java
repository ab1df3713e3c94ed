package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.workspace.Workspace;

/** How an execution looks to a host. */
public final class Sites {
  private Sites() {}

  public static Site of(Execution execution, Workspace workspace) {
    return new Site(
        execution.id(),
        execution.siteName(),
        execution.siteType(),
        workspace.logs(),
        workspace.state(),
        Tags.of(execution));
  }
}
