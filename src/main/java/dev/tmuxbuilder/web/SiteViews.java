package dev.tmuxbuilder.web;

import dev.tmuxbuilder.agent.Agent;
import dev.tmuxbuilder.api.ApiException;
import dev.tmuxbuilder.execution.Archive;
import dev.tmuxbuilder.execution.Conversations;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.execution.TenantId;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Gathers what the page of a site shows. */
@ApplicationScoped
class SiteViews {
  /** Lines of the log that can be read without a script. */
  private static final int LINES = 200;

  private static final int MESSAGES = 1_000;

  private final Executions executions;
  private final Archive archive;
  private final Conversations conversations;
  private final Set<String> talkative;
  private final Clock clock;

  SiteViews(
      Executions executions,
      Archive archive,
      Conversations conversations,
      @All List<Agent> agents,
      Clock clock) {
    this.executions = executions;
    this.archive = archive;
    this.conversations = conversations;
    this.talkative =
        agents.stream()
            .filter(Agent::converses)
            .map(agent -> agent.kind().wire())
            .collect(Collectors.toUnmodifiableSet());
    this.clock = clock;
  }

  Uni<SiteView> of(TenantId tenant, ExecutionId id) {
    return Uni.combine()
        .all()
        .unis(
            executions.execution(tenant, id).map(SiteViews::known),
            executions
                .snapshot(tenant, id, Long.MAX_VALUE, 0)
                .map(SiteViews::known)
                .chain(now -> withLog(tenant, id, now)),
            archive.receipts(tenant, id),
            archive.tests(tenant, id, Optional.empty()))
        .asTuple()
        .map(
            found ->
                SiteView.of(
                    found.getItem1(),
                    found.getItem2(),
                    found.getItem3(),
                    found.getItem4(),
                    clock.instant()));
  }

  /** What was said, oldest first, as far as a page can show it. */
  Uni<Conversation> conversation(TenantId tenant, ExecutionId id, SiteView site) {
    return conversations
        .history(tenant, id, 0, MESSAGES)
        .map(entries -> Conversation.of(talkative.contains(site.agent()), entries));
  }

  private Uni<SiteView.Journal> withLog(TenantId tenant, ExecutionId id, Snapshot now) {
    long since = Math.max(0, now.lastSeq() - LINES);
    return archive
        .events(tenant, id, since, LINES)
        .map(events -> new SiteView.Journal(now, events));
  }

  private static <T> T known(Optional<T> found) {
    return found.orElseThrow(ApiException::notFound);
  }
}
