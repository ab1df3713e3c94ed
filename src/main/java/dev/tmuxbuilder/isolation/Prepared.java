package dev.tmuxbuilder.isolation;

import dev.tmuxbuilder.platform.Processes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A program within walls that is ready to be started, by {@link #start} or by somebody else (tmux,
 * say) from {@link #command} and {@link #environment}. Whoever prepared it closes it once nothing
 * of it runs any more. All methods may block.
 */
public final class Prepared implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Prepared.class.getName());

  private final Confined confined;
  private final List<String> command;
  private final Map<String, String> environment;
  private final boolean walled;
  private final @Nullable Doors doors;
  private final ControlGroups.@Nullable Group group;
  private final Watch watch;
  private final AtomicBoolean closed = new AtomicBoolean();

  Prepared(
      Confined confined,
      List<String> command,
      Map<String, String> environment,
      boolean walled,
      @Nullable Doors doors,
      ControlGroups.@Nullable Group group,
      Watch watch) {
    this.confined = confined;
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.walled = walled;
    this.doors = doors;
    this.group = group;
    this.watch = watch;
  }

  public List<String> command() {
    return command;
  }

  /** The whole environment to start the command with. */
  public Map<String, String> environment() {
    return environment;
  }

  /** Whether the program is within walls; without them it has limits alone. */
  public boolean walled() {
    return walled;
  }

  /** Starts it, with standard error in standard output where that is wanted. */
  public Process start(boolean joinErrors) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(confined.directory().toFile())
            .redirectErrorStream(joinErrors);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = Processes.start(builder);
    watch(process.toHandle());
    return process;
  }

  /** From now on the process and all below it are ended where they use more than they may. */
  public void watch(ProcessHandle process) {
    watch.over(process, confined);
  }

  /** Asks the program itself to end: bubblewrap, which is in front of it, passes no signal on. */
  public void askToEnd(ProcessHandle process) {
    if (!walled) {
      process.destroy();
      return;
    }
    List<ProcessHandle> inner = new ArrayList<>();
    try (Stream<ProcessHandle> children = process.children()) {
      children.flatMap(ProcessHandle::children).forEach(inner::add);
    }
    inner.forEach(ProcessHandle::destroy);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    if (group != null) {
      group.close();
    }
    if (doors != null) {
      try {
        doors.close();
      } catch (IOException left) {
        LOG.log(
            System.Logger.Level.WARNING,
            "a folder of a sandbox''s doors is left: {0}",
            left.getMessage());
      }
    }
  }
}
