package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.Json;
import java.util.Map;

/** The nine tags that every resource of a site carries, so that its cost finds its owner. */
public final class Tags {
  private Tags() {}

  public static Map<String, String> of(Execution execution) {
    return Map.of(
        "Project", "tmux-builder",
        "Environment", "production",
        "UserGUID", execution.id().user().toString(),
        "SessionID", execution.id().session().toString(),
        "ExecutionID", execution.id().toString(),
        "SiteType", execution.siteType().wire(),
        "CreatedAt", Json.time(execution.createdAt()),
        "CreatedBy", "tmux-builder-automation",
        "CostCenter", "user-sites");
  }
}
