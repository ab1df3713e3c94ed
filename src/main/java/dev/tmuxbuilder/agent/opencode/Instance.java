package dev.tmuxbuilder.agent.opencode;

import dev.tmuxbuilder.agent.AgentServers;
import dev.tmuxbuilder.execution.UserId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One user's server. All but {@code gone} is guarded by the pool's lock. */
final class Instance {
  final UserId user;
  final OpenCodeServer server;

  /** The sessions that it sees. */
  final Set<Path> folders;

  final CompletableFuture<Void> gone = new CompletableFuture<>();
  State state = State.STARTING;
  int turns;

  /** Calls of the user's own programs that are under way. */
  int guests;

  long idleSince = System.nanoTime();
  int missed;

  /** Somebody waits for it to end, as it does not see all that it should: no new work for it. */
  boolean leaving;

  Launcher.@Nullable Running running;
  @Nullable Instant startedAt;
  @Nullable Instant endedAt;

  Instance(UserId user, OpenCodeServer server, Set<Path> folders) {
    this.user = user;
    this.server = server;
    this.folders = folders;
  }

  boolean open() {
    return state == State.STARTING || state == State.READY;
  }

  /** At no work; its user may be looking. */
  boolean idle() {
    return state == State.READY && turns == 0;
  }

  Duration idleFor() {
    return turns + guests > 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - idleSince);
  }

  AgentServers.Server shown() {
    return new AgentServers.Server(
        user.toString(),
        state.wire(),
        server.port(),
        turns,
        guests,
        idleFor().toSeconds(),
        startedAt,
        endedAt);
  }
}
