package dev.tmuxbuilder.queue;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.Pipeline;
import dev.tmuxbuilder.execution.RunWatch;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.execution.StepPolicy;
import dev.tmuxbuilder.execution.StepRunner;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.store.Pen;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A node of the service as far as queue, engine and store go: what its steps do is nothing. The
 * database and the size of its pools are the product's.
 */
public final class NoOpNode implements AutoCloseable {
  private static final int POOL = 8;

  private final AgroalDataSource database;
  private final RunQueue queue;

  /**
   * @param concurrent how many runs at a time
   * @param takes how long the third step takes
   * @param ended hears of each run that has ended
   */
  public NoOpNode(
      Executions executions,
      String jdbcUrl,
      String user,
      String password,
      int concurrent,
      Duration takes,
      Consumer<ExecutionId> ended)
      throws SQLException {
    database =
        AgroalDataSource.from(
            new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(
                    pool ->
                        pool.maxSize(POOL)
                            .minSize(1)
                            .acquisitionTimeout(Duration.ofSeconds(5))
                            .connectionFactoryConfiguration(
                                connection ->
                                    connection
                                        .jdbcUrl(jdbcUrl)
                                        .jdbcProperty("options", "-c synchronous_commit=off")
                                        .principal(new NamePrincipal(user))
                                        .credential(new SimplePassword(password)))));
    NoOps.NoFolders workspaces = new NoOps.NoFolders(state -> tell(state, ended));
    NoOps.NoAgent agent = new NoOps.NoAgent(takes);
    NoOps.NoHost host = new NoOps.NoHost();
    Settings settings = settings(concurrent);
    StepPolicy policy = Engine.policy(settings);
    Pipeline pipeline =
        new Pipeline(
            kind -> agent,
            provider -> host,
            new NoOps.NoVerifier(),
            workspaces,
            (execution, progress) -> Uni.createFrom().voidItem(),
            new NoOps.NoFiles(),
            executions,
            new StepRunner(policy, new Random(1)));
    ActiveRuns active = new ActiveRuns();
    queue =
        new RunQueue(
            database,
            new RunHandler(
                executions,
                pipeline,
                workspaces,
                active,
                policy,
                Clock.systemUTC(),
                job -> RunWatch.NOBODY,
                execution -> Uni.createFrom().item(UnaryOperator.identity())),
            active,
            Pen.NODE,
            settings);
  }

  /** The product's settings, but for one. */
  public static Settings settings(int concurrent) {
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .addDefaultInterceptors()
        .withMapping(Settings.class)
        .withSources(
            new PropertiesConfigSource(
                Map.of(
                    "tmuxbuilder.data-dir", Path.of("/nonexistent").toString(),
                    "tmuxbuilder.runs.concurrent", Integer.toString(concurrent)),
                "bench",
                500))
        .withDefaultValue("user.home", System.getProperty("user.home"))
        .build()
        .getConfigMapping(Settings.class);
  }

  private static void tell(Snapshot state, Consumer<ExecutionId> ended) {
    if (state.atRest()) {
      ended.accept(state.id());
    }
  }

  public void start() {
    queue.start(new StartupEvent());
  }

  @Override
  public void close() {
    queue.stop(new ShutdownEvent());
    database.close();
  }
}
