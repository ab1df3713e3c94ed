package dev.tmuxbuilder.agent;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.SessionId;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import dev.tmuxbuilder.service.FakeMessages;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/**
 * What adapters of agents need, without the service around them: a data directory, settings, and a
 * model that follows a script where the gateway would be.
 */
public final class Workshop implements AutoCloseable {
  private final Path folder;
  private final FakeMessages model = new FakeMessages();
  private final DataDirectory data;
  private final Random random = new Random();

  public Workshop(Path folder) {
    this.folder = folder.toAbsolutePath();
    this.data = DataDirectory.open(this.folder);
    // What carries contexts cannot be loaded by many at once.
    VirtualThreads.run("first", () -> {}).await().indefinitely();
  }

  public FakeMessages model() {
    return model;
  }

  public DataDirectory data() {
    return data;
  }

  /** Those of a service on this machine, with what a test says otherwise. */
  public Settings settings(String... namesAndValues) {
    Map<String, String> values = new HashMap<>();
    values.put("tmuxbuilder.gateway.anthropic.key", "k" + UUID.randomUUID());
    values.put("tmuxbuilder.gateway.address", model.url());
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put("tmuxbuilder." + namesAndValues[i], namesAndValues[i + 1]);
    }
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .addDiscoveredConverters()
        .withSources(new PropertiesConfigSource(values, "test", 100))
        .withDefaultValue("user.home", System.getProperty("user.home"))
        .withMapping(Settings.class)
        .build()
        .getConfigMapping(Settings.class);
  }

  /** The model stands where the gateway would; there are no verbs. */
  public ModelAccesses accesses() {
    return new ModelAccesses() {
      @Override
      public Uni<ModelAccess> of(ExecutionId execution) {
        return Uni.createFrom()
            .item(
                new ModelAccess(
                    URI.create(model.url()),
                    URI.create(model.url() + "/mcp"),
                    "tba_" + UUID.randomUUID()));
      }

      @Override
      public int lastRefusal(ExecutionId execution) {
        return 503;
      }

      @Override
      public Uni<Void> end(ExecutionId execution) {
        return Uni.createFrom().voidItem();
      }
    };
  }

  /** A session of a new user, with its folders. */
  public ExecutionId session() {
    ExecutionId execution =
        new ExecutionId(new UserId(UUID.randomUUID()), SessionId.next(Instant.now(), random));
    Path source = source(execution);
    try {
      Files.createDirectories(source);
      Files.createDirectories(source.resolveSibling("logs"));
      Files.writeString(source.resolveSibling("brief.md"), "# Bread and salt\n");
      Files.writeString(source.resolveSibling("CLAUDE.md"), "# The job\n");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return execution;
  }

  public Path source(ExecutionId execution) {
    return folder
        .resolve("users/" + execution.user())
        .resolve("sessions/" + execution.session())
        .resolve("source");
  }

  public Instruction instruction(ExecutionId execution, int run, Task task) {
    return new Instruction(
        execution,
        run,
        task,
        SiteType.STATIC,
        "# Bread and salt\n",
        source(execution),
        Optional.empty());
  }

  @Override
  public void close() {
    model.close();
  }
}
