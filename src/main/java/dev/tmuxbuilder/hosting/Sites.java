package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.workspace.Workspace;

/** How an execution looks to a host. */
public final class Sites {
  private Sites() {}

  /** For a look at the site: what is done with it is the matter of whoever owns its run. */
  public static Site of(Execution execution, Workspace workspace) {
    return of(execution, workspace, 0);
  }

  /**
   * @param lease the fencing token of the run's owner
   */
  public static Site of(Execution execution, Workspace workspace, long lease) {
    return new Site(
        execution.id(),
        execution.tenant(),
        execution.siteName(),
        execution.siteType(),
        workspace.logs(),
        workspace.state(),
        Tags.of(execution),
        lease);
  }
}
