package dev.tmuxbuilder.agent.claude;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Mender;
import dev.tmuxbuilder.execution.Overview;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Ends sessions of agents on this machine whose run has ended, on another node or while none was
 * here. A run that begins or ends has a moment in which the two do not agree: only what is a stray
 * at two looks is one.
 */
@ApplicationScoped
class StraySessions implements Mender {
  private final ClaudeAgent agent;
  private final Overview overview;
  private volatile Set<ExecutionId> suspects = Set.of();

  StraySessions(ClaudeAgent agent, Overview overview) {
    this.agent = agent;
    this.overview = overview;
  }

  @Override
  public Reach reach() {
    return Reach.MACHINE;
  }

  @Override
  public Uni<List<Mended>> mend() {
    return VirtualThreads.call("list agents' sessions", agent::sessions)
        .chain(
            sessions ->
                sessions.isEmpty()
                    ? Uni.createFrom().item(Set.<ExecutionId>of())
                    : overview.underWay().map(work -> without(sessions, work)))
        .chain(
            strays -> {
              Set<ExecutionId> still = new HashSet<>(strays);
              still.retainAll(suspects);
              suspects = strays;
              return still.isEmpty()
                  ? Uni.createFrom().item(List.<Mended>of())
                  : VirtualThreads.call("end agents' stray sessions", () -> end(still));
            });
  }

  private static Set<ExecutionId> without(
      Set<ExecutionId> sessions, List<Overview.Working> underWay) {
    Set<ExecutionId> atWork =
        underWay.stream().map(work -> work.lease().execution()).collect(Collectors.toSet());
    return sessions.stream().filter(each -> !atWork.contains(each)).collect(Collectors.toSet());
  }

  private List<Mended> end(Set<ExecutionId> strays)
      throws IOException, InterruptedException, TimeoutException {
    List<Mended> mended = new ArrayList<>();
    for (ExecutionId stray : strays) {
      if (agent.end(stray)) {
        mended.add(
            new Mended(
                Fault.SESSION_WITHOUT_RUN,
                stray.toString(),
                Optional.of(
                    new Told(
                        stray, "An agent was still at work, and no run of this site: ended"))));
      }
    }
    return mended;
  }
}
