package dev.tmuxbuilder.agent.opencode;

import dev.tmuxbuilder.agent.AgentServers;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.Settings;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The users' servers. One is started when its user first needs it, kept while it is busy, stopped
 * when it has been idle for long or another user needs its place, and given up when it is ill.
 * Whoever finds no place waits, in the order in which they came. Methods that may block say so.
 */
@ApplicationScoped
class Pool {
  private static final Logger LOG = Logger.getLogger(Pool.class);
  private static final Duration ROUND = Duration.ofMillis(250);
  private static final Duration FIRST_PROBE = Duration.ofSeconds(1);
  private static final Duration PROBE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final int MOST_MISSED = 3;
  private static final int REMEMBERED = 100;

  private final Settings.OpenCode settings;
  private final Launcher launcher;
  private final Path data;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition changed = lock.newCondition();
  private final Map<UserId, Instance> instances = new LinkedHashMap<>();
  private final Map<UserId, Instance> ended = new LinkedHashMap<>();
  private int waiting;
  private long started;
  private long stoppedIdle;
  private long failed;
  private long lastProbe = System.nanoTime();
  private boolean keeping;
  private volatile boolean closed;

  Pool(Settings settings, Launcher launcher, DataDirectory directory, Clock clock) {
    this.settings = settings.opencode();
    this.launcher = launcher;
    this.data = directory.root();
    this.clock = clock;
  }

  UserHome home(UserId user) {
    return UserHome.of(data, user);
  }

  /**
   * The user's server, started where it is not there; each call is followed by one {@link
   * #giveBack}. Blocks until there is a place and the server is ready.
   *
   * @param folder of the session that is to be worked on: a server that was started before it was
   *     there does not see it, and is started anew when it is idle
   * @throws IOException where it does not start
   */
  Instance take(UserId user, Optional<Path> folder) throws IOException, InterruptedException {
    Instance mine = place(user, folder);
    try {
      awaitReady(mine);
      return mine;
    } catch (IOException | InterruptedException lost) {
      giveBack(mine);
      throw lost;
    }
  }

  private Instance place(UserId user, Optional<Path> folder)
      throws IOException, InterruptedException {
    lock.lockInterruptibly();
    waiting++;
    try {
      while (true) {
        Instance mine = instances.get(user);
        if (closed) {
          changed.await(); // for the interrupt that ends the run on this node
        } else if (mine == null && instances.size() < settings.max()) {
          return begin(user);
        } else if (mine == null) {
          makeRoom();
        } else if (mine.open()
            && !mine.leaving
            && folder.stream().allMatch(mine.folders::contains)) {
          mine.turns++;
          return mine;
        } else if (mine.idle()) {
          stop(mine, State.STOPPING);
        } else {
          mine.leaving = true;
        }
        changed.await(1, TimeUnit.SECONDS);
      }
    } finally {
      waiting--;
      lock.unlock();
    }
  }

  private Instance begin(UserId user) throws IOException {
    UserHome home = home(user);
    home.make();
    String password = DataDirectory.newSecret();
    Instance fresh =
        new Instance(
            user,
            new OpenCodeServer(Free.port(settings.basePort(), instances.values()), password),
            Set.copyOf(home.folders()));
    fresh.turns = 1;
    instances.put(user, fresh);
    ended.remove(user);
    started++;
    Thread.ofVirtual().name("start opencode " + user).start(() -> launch(fresh, home, password));
    keep();
    return fresh;
  }

  /** Stops the server that nobody has used for the longest time, unless one ends already. */
  private void makeRoom() {
    if (instances.values().stream().allMatch(Instance::open)) {
      instances.values().stream()
          .filter(Instance::idle)
          .max(Comparator.comparing(Instance::idleFor)) // those with guests come last
          .ifPresent(this::stopIdle);
    }
  }

  private void stopIdle(Instance idle) {
    stoppedIdle++;
    stop(idle, State.STOPPING);
  }

  private void launch(Instance fresh, UserHome home, String password) {
    try {
      Launcher.Running running =
          launcher.start(home, fresh.user.toString(), fresh.server.port(), password, fresh.folders);
      if (!adopt(fresh, running)) {
        running.end(settings.grace());
        return;
      }
      long until = System.nanoTime() + settings.startDeadline().toNanos();
      while (!fresh.server.healthy(FIRST_PROBE)) {
        if (!running.alive()) {
          throw new IOException("it ended with code " + running.process().exitValue());
        }
        if (System.nanoTime() - until > 0) {
          throw new IOException("it was not ready within " + settings.startDeadline());
        }
        Thread.sleep(PAUSE);
      }
      locked(() -> fresh.state = fresh.state == State.STARTING ? State.READY : fresh.state);
    } catch (IOException | RuntimeException broken) {
      LOG.warnf("OpenCode of %s does not start: %s", fresh.user, broken.getMessage());
      locked(() -> giveUp(fresh));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** False where it is wanted no more. */
  private boolean adopt(Instance fresh, Launcher.Running running) {
    lock.lock();
    try {
      if (fresh.gone.isDone() || !fresh.open()) {
        return false;
      }
      fresh.running = running;
      fresh.startedAt = clock.instant();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void awaitReady(Instance mine) throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (mine.state == State.STARTING) {
        changed.await(1, TimeUnit.SECONDS);
      }
      if (mine.state != State.READY) {
        throw new IOException("OpenCode did not start");
      }
    } finally {
      lock.unlock();
    }
  }

  /** Like {@link #take} for a call of its user's; the work is given back at once. Blocks. */
  Instance visit(UserId user, Optional<Path> folder) throws IOException, InterruptedException {
    Instance mine = take(user, folder);
    locked(
        () -> {
          mine.turns--;
          mine.guests++;
        });
    return mine;
  }

  void leave(Instance instance) {
    locked(
        () -> {
          instance.guests--;
          instance.idleSince = System.nanoTime();
        });
  }

  void giveBack(Instance instance) {
    locked(
        () -> {
          instance.turns--;
          instance.idleSince = System.nanoTime();
        });
  }

  /** Looks after the servers, for as long as there are any. */
  private void keep() {
    if (!keeping) {
      keeping = true;
      Thread.ofVirtual().name("opencode pool").start(this::rounds);
    }
  }

  private void rounds() {
    try {
      while (round()) {
        Thread.sleep(ROUND);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** False once there is nothing to look after. */
  private boolean round() {
    lock.lock();
    try {
      boolean probing = System.nanoTime() - lastProbe > settings.health().toNanos();
      if (probing) {
        lastProbe = System.nanoTime();
      }
      for (Instance each : new ArrayList<>(instances.values())) {
        look(each, probing);
      }
      keeping = !instances.isEmpty();
      return keeping;
    } finally {
      lock.unlock();
    }
  }

  private void look(Instance each, boolean probing) {
    if (each.state != State.READY) {
      return;
    }
    Launcher.@Nullable Running running = each.running;
    if (running == null || !running.alive()) {
      LOG.warnf("OpenCode of %s has ended by itself", each.user);
      giveUp(each);
    } else if (each.turns + each.guests == 0 && each.idleFor().compareTo(settings.idle()) > 0) {
      stopIdle(each);
    } else if (probing) {
      Thread.ofVirtual().name("opencode health " + each.user).start(() -> probe(each));
    }
  }

  private void probe(Instance each) {
    try {
      boolean healthy = each.server.healthy(PROBE);
      locked(
          () -> {
            each.missed = healthy ? 0 : each.missed + 1;
            if (each.missed >= MOST_MISSED && each.state == State.READY) {
              LOG.warnf("OpenCode of %s does not answer and is given up", each.user);
              giveUp(each);
            }
          });
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Somebody lost it: gives it up at once where it has ended or does not answer. Blocks. */
  void suspect(Instance instance) throws InterruptedException {
    if (!instance.server.healthy(FIRST_PROBE)) {
      locked(() -> giveUp(instance));
    }
  }

  private void giveUp(Instance ill) {
    if (ill.open()) {
      failed++;
      stop(ill, State.ERROR);
    }
  }

  /** Its place is free when its process has ended; whoever works with it hears of it then. */
  private void stop(Instance instance, State as) {
    if (!instance.open()) {
      return;
    }
    instance.state = as;
    changed.signalAll();
    Launcher.@Nullable Running running = instance.running;
    Thread.ofVirtual()
        .name("stop opencode " + instance.user)
        .start(
            () -> {
              if (running != null) {
                running.end(settings.grace());
              }
              locked(() -> over(instance));
              instance.gone.complete(null);
            });
  }

  private void over(Instance instance) {
    if (instance.state == State.STOPPING) {
      instance.state = State.STOPPED;
    }
    instance.endedAt = clock.instant();
    instances.remove(instance.user, instance);
    ended.put(instance.user, instance);
    if (ended.size() > REMEMBERED) {
      ended.remove(ended.keySet().iterator().next());
    }
  }

  boolean has(UserId user) {
    lock.lock();
    try {
      return instances.containsKey(user);
    } finally {
      lock.unlock();
    }
  }

  /** After the runs have been left to those who come next. Blocks. */
  void close(@Observes @Priority(Interceptor.Priority.PLATFORM_AFTER) ShutdownEvent event) {
    List<Instance> all;
    lock.lock();
    try {
      closed = true;
      all = List.copyOf(instances.values());
      all.forEach(it -> stop(it, State.STOPPING));
    } finally {
      lock.unlock();
    }
    for (Instance each : all) {
      each.gone
          .completeOnTimeout(null, settings.grace().toMillis() + 2000, TimeUnit.MILLISECONDS)
          .join();
    }
  }

  AgentServers.Figures figures() {
    lock.lock();
    try {
      List<AgentServers.Server> servers = new ArrayList<>();
      instances.values().forEach(it -> servers.add(it.shown()));
      ended.values().forEach(it -> servers.add(it.shown()));
      return new AgentServers.Figures(
          settings.max(), waiting, started, stoppedIdle, failed, servers);
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable work) {
    lock.lock();
    try {
      work.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
