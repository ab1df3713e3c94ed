package dev.tmuxbuilder.agent.opencode;

import dev.tmuxbuilder.agent.AgentReadiness;
import dev.tmuxbuilder.agent.AgentServers;
import dev.tmuxbuilder.execution.SessionId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.isolation.Sandbox;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What others may see of the pool, and users of their servers. Who talks to a server may run
 * programs in it, so it is offered within walls alone.
 */
@ApplicationScoped
class Visits implements AgentServers {
  private final Pool pool;
  private final Launcher launcher;
  private final Sandbox sandbox;

  Visits(Pool pool, Launcher launcher, Sandbox sandbox) {
    this.pool = pool;
    this.launcher = launcher;
    this.sandbox = sandbox;
  }

  @Override
  public Figures figures() {
    return pool.figures();
  }

  @Override
  public AgentReadiness open() {
    AgentReadiness readiness = launcher.program().readiness();
    return readiness instanceof AgentReadiness.Ready && !sandbox.layers().walled()
        ? new AgentReadiness.NotConfigured(
            "TMUXBUILDER_SITES_SANDBOX",
            "Install bubblewrap and allow user namespaces: doctor says what is missing.")
        : readiness;
  }

  @Override
  public Uni<Optional<Lease>> lease(UserId user, Optional<SessionId> session) {
    return VirtualThreads.call(
        "visit opencode " + user,
        () -> {
          UserHome home = pool.home(user);
          Optional<Path> folder = session.map(home::folder);
          if (session.isPresent() && !Files.exists(home.key(session.get()))) {
            return Optional.empty();
          }
          return Optional.of(new Visit(pool, pool.visit(user, folder), home));
        });
  }

  private record Visit(Pool pool, Instance instance, UserHome home, AtomicBoolean over)
      implements Lease {
    Visit(Pool pool, Instance instance, UserHome home) {
      this(pool, instance, home, new AtomicBoolean());
    }

    @Override
    public int port() {
      return instance.server.port();
    }

    @Override
    public String authorization() {
      return instance.server.authorization();
    }

    @Override
    public Path folder(SessionId session) {
      return home.folder(session);
    }

    @Override
    public void close() {
      if (over.compareAndSet(false, true)) {
        pool.leave(instance);
      }
    }
  }
}
