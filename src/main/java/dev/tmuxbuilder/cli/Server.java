package dev.tmuxbuilder.cli;

import dev.tmuxbuilder.platform.Bootstrap;
import dev.tmuxbuilder.platform.Refusal;
import io.quarkus.runtime.Quarkus;
import io.smallrye.config.ConfigValidationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** The service, as the command line starts it. */
final class Server {
  private static final long PATIENCE_SECONDS = 15;

  /** As after SIGKILL, which this is like: the next start takes up what was left. */
  private static final int KILLED = 137;

  private Server() {}

  /**
   * Runs the service in this process and returns when it has stopped. Blocks.
   *
   * @throws CliFailure where it does not start, or its database was lost
   */
  static void run(String... args) {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicBoolean databaseLost = new AtomicBoolean();
    CountDownLatch stopped = new CountDownLatch(1);
    try (Bootstrap ignored =
        Bootstrap.prepare(
            () -> {
              databaseLost.set(true);
              Quarkus.asyncExit(1);
            })) {
      // The process may end only when the database has: this hook is waited for, main is not.
      Runtime.getRuntime().addShutdownHook(new Thread(() -> await(stopped), "await-stop"));
      Quarkus.run(null, (code, cause) -> failure.set(cause), args);
    } catch (Refusal refusal) {
      throw refused(refusal);
    } finally {
      stopped.countDown();
    }
    if (databaseLost.get()) {
      throw CliFailure.failed(
          "database_lost",
          "The embedded PostgreSQL ended, so the service stopped.",
          "Start again: nothing is lost. postgres/postgres.log in the data directory says why.");
    }
    if (failure.get() != null) {
      throw switch (rootCause(failure.get())) {
        case Refusal refusal -> refused(refusal);
        case ConfigValidationException bad ->
            CliFailure.failed(
                "bad_setting",
                "A setting is not right: " + bad.getProblem(0).getMessage(),
                "The README lists them: tmuxbuilder.signup is TMUXBUILDER_SIGNUP in the environment.");
        case Throwable cause ->
            CliFailure.failed(
                "start_failed", "The service did not start: " + cause, "The log above tells more.");
      };
    }
  }

  private static void await(CountDownLatch stopped) {
    try {
      if (!stopped.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("The service did not stop in time: ended as it is. Nothing is lost.");
        Runtime.getRuntime().halt(KILLED); // another hook may wait for a start that never ends
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private static CliFailure refused(Refusal refusal) {
    return CliFailure.failed(
        "refused_to_start", String.valueOf(refusal.getMessage()), refusal.hint());
  }

  private static Throwable rootCause(Throwable failure) {
    Throwable cause = failure;
    while (!(cause instanceof Refusal || cause instanceof ConfigValidationException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
