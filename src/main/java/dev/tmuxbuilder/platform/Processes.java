package dev.tmuxbuilder.platform;

import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Starts programs: always by an argument list, always with an environment that was chosen and not
 * inherited, and never left behind.
 */
public final class Processes {
  /**
   * All programs are started from this one thread, which lives as long as the service: Linux ties a
   * parent-death signal (prctl PR_SET_PDEATHSIG, as bubblewrap's --die-with-parent uses it) to the
   * thread that forked, not to the process.
   */
  private static final ExecutorService SPAWNER =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("spawner").factory());

  private static final Duration END = Duration.ofSeconds(5);

  private Processes() {}

  /**
   * @param environment the whole environment of the program, but for PATH, LANG and HOME where it
   *     does not name them
   * @param deadline after which the program and all that it started are killed
   * @param maxOutput bytes of standard output, and of standard error, that are kept
   */
  public record Command(
      List<String> arguments,
      Path directory,
      Map<String, String> environment,
      Duration deadline,
      int maxOutput) {
    public Command {
      arguments = List.copyOf(arguments);
      environment = Map.copyOf(environment);
    }

    public static Command of(Path directory, Duration deadline, String... arguments) {
      return new Command(List.of(arguments), directory, Map.of(), deadline, 1 << 20);
    }
  }

  /** How a program ended. */
  public record Result(int exitCode, String stdout, String stderr) {
    public boolean ok() {
      return exitCode == 0;
    }
  }

  /**
   * Runs a program to its end. Cancelling the subscription, or the deadline, kills it and all that
   * it started; the deadline is a {@link TimeoutException}.
   */
  @CheckReturnValue
  public static Uni<Result> run(Command command) {
    return VirtualThreads.call("run " + command.arguments().getFirst(), () -> runBlocking(command));
  }

  /** Like {@link #run} for a caller that is on a virtual thread already. */
  public static Result runBlocking(Command command)
      throws IOException, InterruptedException, TimeoutException {
    Process process = start(builder(command));
    try {
      process.getOutputStream().close();
      FutureTask<String> stdout = drain(process.getInputStream(), command.maxOutput());
      FutureTask<String> stderr = drain(process.getErrorStream(), command.maxOutput());
      if (!process.waitFor(command.deadline().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new TimeoutException(
            command.arguments().getFirst() + " took longer than " + command.deadline());
      }
      return new Result(process.exitValue(), stdout.get(), stderr.get());
    } catch (ExecutionException broken) {
      throw new IOException(broken.getCause());
    } finally {
      kill(process.toHandle());
    }
  }

  /** A builder with a clean environment, for programs that go on running. */
  public static ProcessBuilder builder(Command command) {
    ProcessBuilder builder =
        new ProcessBuilder(command.arguments()).directory(command.directory().toFile());
    Map<String, String> inherited = Map.copyOf(builder.environment());
    builder.environment().clear();
    for (String name : List.of("PATH", "LANG", "HOME")) {
      String value = inherited.get(name);
      if (value != null) {
        builder.environment().put(name, value);
      }
    }
    builder.environment().putAll(command.environment());
    return builder;
  }

  /**
   * Starts a program from the thread that never ends. Blocks for the time of a fork; where that is
   * interrupted, the program is ended again, as nobody would know of it.
   */
  public static Process start(ProcessBuilder builder) throws IOException, InterruptedException {
    FutureTask<Process> starting = new FutureTask<>(builder::start);
    SPAWNER.execute(starting);
    try {
      return starting.get();
    } catch (InterruptedException stopped) {
      try {
        kill(evenSo(starting).toHandle()).forEach(Processes::awaitEnd);
      } catch (IOException | RuntimeException notStarted) {
        stopped.addSuppressed(notStarted);
      }
      throw stopped;
    } catch (ExecutionException failed) {
      throw asFailure(failed);
    }
  }

  private static Process evenSo(FutureTask<Process> starting) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return starting.get();
        } catch (InterruptedException again) {
          interrupted = true;
        } catch (ExecutionException failed) {
          throw asFailure(failed);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static IOException asFailure(ExecutionException failed) {
    if (failed.getCause() instanceof IOException io) {
      return io;
    }
    throw new IllegalStateException(failed.getCause());
  }

  /**
   * Kills a process and everything below it, at once. Does nothing where it has ended.
   *
   * @return what was killed, which may take a moment to end
   */
  public static List<ProcessHandle> kill(ProcessHandle process) {
    List<ProcessHandle> below;
    try (Stream<ProcessHandle> descendants = process.descendants()) {
      below = descendants.toList();
    }
    process.destroyForcibly();
    below.forEach(ProcessHandle::destroyForcibly);
    return Stream.concat(Stream.of(process), below.stream()).toList();
  }

  /**
   * Waits until a process that was killed is gone, 5 s at most: a sick disk can hold one longer.
   */
  public static void awaitEnd(ProcessHandle process) {
    process.destroyForcibly();
    process.onExit().completeOnTimeout(process, END.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  private static FutureTask<String> drain(InputStream stream, int max) {
    FutureTask<String> task =
        new FutureTask<>(
            () -> {
              ByteArrayOutputStream kept = new ByteArrayOutputStream();
              byte[] buffer = new byte[8192];
              for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                kept.write(buffer, 0, Math.min(read, Math.max(0, max - kept.size())));
              }
              return kept.toString(StandardCharsets.UTF_8);
            });
    Thread.ofVirtual().name("drain").start(task);
    return Objects.requireNonNull(task);
  }
}
