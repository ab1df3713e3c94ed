package dev.tmuxbuilder.library;

import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.SiteType;

/** What decides which items a session is given. */
public record Situation(HostProvider host, SiteType siteType, AgentKind agent, String brief) {
  public static Situation of(Execution execution) {
    return new Situation(
        execution.host(), execution.siteType(), execution.agent(), execution.requirements());
  }
}
