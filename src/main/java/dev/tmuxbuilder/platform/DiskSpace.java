package dev.tmuxbuilder.platform;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;

/**
 * Says so when the data directory has no room left: in readiness and, once, in the log. Runs wait
 * meanwhile, with all that is known of them, and go on by themselves when there is room again.
 */
@Readiness
@ApplicationScoped
public class DiskSpace implements HealthCheck {
  private static final System.Logger LOG = System.getLogger(DiskSpace.class.getName());

  /** Two segments of PostgreSQL's journal, of 16 MiB each, and a site. */
  private static final long LEAST = 48L << 20;

  private static final Duration LOOK = Duration.ofSeconds(5);

  private final DataDirectory directory;
  private @Nullable Cancellable watching;
  private volatile boolean full;

  DiskSpace(DataDirectory directory) {
    this.directory = directory;
  }

  /** Whether there was no room left a moment ago. */
  public boolean full() {
    return full;
  }

  /** Looks at the file system only. Who asks for a site from now on is told the same. */
  @Override
  public HealthCheckResponse call() {
    var answer = HealthCheckResponse.named("Room in the data directory");
    long room = look();
    return room >= LEAST
        ? answer.up().build()
        : answer.down().withData("problem", problem(room)).build();
  }

  void start(@Observes StartupEvent event) {
    watching =
        Rhythm.every(LOOK, "the look at the disk", () -> VirtualThreads.run("disk", this::look));
  }

  void stop(@Observes ShutdownEvent event) {
    if (watching != null) {
      watching.cancel();
    }
  }

  private synchronized long look() {
    long room = directory.room();
    if (room < LEAST && !full) {
      full = true;
      LOG.log(System.Logger.Level.WARNING, problem(room));
    } else if (room >= LEAST && full) {
      full = false;
      LOG.log(System.Logger.Level.INFO, "The data directory has room again: runs go on.");
    }
    return room;
  }

  private String problem(long room) {
    return "The data directory "
        + directory.root()
        + " has "
        + DataDirectory.mebibytes(room)
        + " left: runs wait until there is room.";
  }
}
