package dev.tmuxbuilder.agent;

import dev.tmuxbuilder.execution.SessionId;
import dev.tmuxbuilder.execution.UserId;
import io.smallrye.mutiny.Uni;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The servers that an agent keeps for its users on this node. */
public interface AgentServers {
  /** How they are now. Does not block. */
  Figures figures();

  /** Whether users may reach their servers; the remedy says what is missing where not. */
  AgentReadiness open();

  /**
   * The user's own server for one call, started where it is not there. Never blocks.
   *
   * @param session where the call is about one; the item is empty where the agent has not been at
   *     work in it
   */
  Uni<Optional<Lease>> lease(UserId user, Optional<SessionId> session);

  /** A user's server, kept for a call until it is closed. */
  interface Lease extends AutoCloseable {
    int port();

    /** The header that opens it. */
    String authorization();

    /** The folder of that session, as the server knows it. */
    Path folder(SessionId session);

    @Override
    void close();
  }

  /**
   * @param maximum how many there may be at a time
   * @param waiting how many pieces of work wait for one
   * @param started how many were started since this service was
   * @param stoppedIdle how many of them were stopped since nobody used them, or to make room
   * @param failed how many of them did not start, ended by themselves or were given up as ill
   * @param servers those that there are, and those that ended last
   */
  record Figures(
      int maximum, int waiting, long started, long stoppedIdle, long failed, List<Server> servers) {
    public Figures {
      servers = List.copyOf(servers);
    }
  }

  /**
   * One user's server.
   *
   * @param state starting, ready, stopping, stopped or error
   * @param turns how many pieces of work it is at
   * @param guests how many calls of its user's own programs are under way
   * @param idleSeconds for how long there has been neither
   * @param startedAt null where it has not been up
   * @param endedAt null while it is there
   */
  record Server(
      String userId,
      String state,
      int port,
      int turns,
      int guests,
      long idleSeconds,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt) {}
}
