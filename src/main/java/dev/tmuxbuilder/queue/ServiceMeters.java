package dev.tmuxbuilder.queue;

import dev.tmuxbuilder.execution.Nodes;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.Rhythm;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Figures of the whole service, the same on every node: what waits, who works, whether the database
 * answers. Looked at every few seconds, so that a scrape asks nobody.
 */
@ApplicationScoped
class ServiceMeters {
  private static final System.Logger LOG = System.getLogger(ServiceMeters.class.getName());
  private static final int PATIENCE_SECONDS = 3;
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  private static final String LOOK =
      """
      select count(*) filter (where not picked and execution_time <= now()) as due,
             coalesce(extract(epoch from now() - min(execution_time) filter
               (where not picked and execution_time <= now())), 0) as age,
             count(*) filter (where not picked) as waiting,
             (select count(*) from nodes where heard_at >= now() - make_interval(secs => ?)) as nodes
        from scheduled_tasks
      """;

  private final DataSource database;
  private final DataDirectory directory;
  private final double silence;
  private @Nullable Cancellable looking;
  private volatile Look last = new Look(0, 0, 0, 0, false);
  private final AtomicLong room = new AtomicLong();

  private record Look(double due, double waiting, double age, double nodes, boolean answered) {}

  ServiceMeters(
      DataSource database, DataDirectory directory, Settings settings, MeterRegistry registry) {
    this.database = database;
    this.directory = directory;
    this.silence = settings.runs().heartbeat().toMillis() * Nodes.MISSED_BEATS / 1000.0;
    gauge(registry, "tmuxbuilder.queue.depth", "Runs that wait for a node", null, Look::due);
    gauge(
        registry,
        "tmuxbuilder.queue.waiting",
        "Runs that wait, those included that are held back until another of their tenant has ended",
        null,
        Look::waiting);
    int most = settings.runs().maxWaiting();
    gauge(
        registry,
        "tmuxbuilder.queue.limit",
        "How many runs may wait before others are refused",
        null,
        look -> most);
    gauge(
        registry,
        "tmuxbuilder.queue.age",
        "For how long the run that waits longest has waited",
        "seconds",
        Look::age);
    gauge(registry, "tmuxbuilder.nodes", "Nodes that live", null, Look::nodes);
    gauge(
        registry,
        "tmuxbuilder.database.up",
        "1 while the database answers",
        null,
        look -> look.answered() ? 1 : 0);
    Gauge.builder("tmuxbuilder.disk.free", room, AtomicLong::get)
        .description("What this node may still write to the data directory")
        .baseUnit("bytes")
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      String description,
      @Nullable String unit,
      ToDoubleFunction<Look> value) {
    Gauge.builder(name, () -> value.applyAsDouble(last))
        .description(description)
        .baseUnit(unit)
        .register(registry);
  }

  void start(@Observes StartupEvent event) {
    looking = Rhythm.every(LOOK_AGAIN, "a look", () -> VirtualThreads.run("look", this::look));
  }

  void stop(@Observes ShutdownEvent event) {
    if (looking != null) {
      looking.cancel();
    }
  }

  private void look() {
    room.set(directory.room());
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(LOOK)) {
      query.setQueryTimeout(PATIENCE_SECONDS);
      query.setDouble(1, silence);
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        last =
            new Look(
                rows.getDouble("due"),
                rows.getDouble("waiting"),
                rows.getDouble("age"),
                rows.getDouble("nodes"),
                true);
      }
    } catch (SQLException away) {
      last = new Look(last.due(), last.waiting(), last.age(), last.nodes(), false);
      LOG.log(System.Logger.Level.DEBUG, "the database did not answer", away);
    }
  }
}
