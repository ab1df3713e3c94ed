package dev.tmuxbuilder.platform;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What has to be there before the service boots: a data directory of its own, free ports, a
 * database. Refuses with a sentence and a hint where something is missing.
 */
public final class Bootstrap implements AutoCloseable {
  private final @Nullable EmbeddedDatabase embedded;
  private volatile boolean closing;

  private Bootstrap(@Nullable EmbeddedDatabase embedded) {
    this.embedded = embedded;
  }

  /**
   * Prepares everything and tells the service by system properties. Blocks.
   *
   * @param onDatabaseLost called when the embedded database ends by itself
   * @throws Refusal where the service must not start
   */
  public static Bootstrap prepare(Runnable onDatabaseLost) {
    SmallRyeConfig config =
        new SmallRyeConfigBuilder().addDefaultInterceptors().addDefaultSources().build();
    DataDirectory directory = DataDirectory.open(dataDirectory(config));
    directory.lock();
    requireFree(
        config,
        "quarkus.http.host",
        "quarkus.http.port",
        Settings.Defaults.HTTP_PORT,
        "QUARKUS_HTTP_PORT");
    requireFree(
        config,
        "tmuxbuilder.sites.host",
        "tmuxbuilder.sites.port",
        Settings.Defaults.SITES_PORT,
        "TMUXBUILDER_SITES_PORT");
    Optional<String> url = config.getOptionalValue("quarkus.datasource.reactive.url", String.class);
    if (url.isPresent()) {
      tell(
          Database.configured(
              url.get(),
              config.getOptionalValue("quarkus.datasource.username", String.class).orElse(""),
              config.getOptionalValue("quarkus.datasource.password", String.class).orElse(""),
              directory));
      return new Bootstrap(null);
    }
    EmbeddedDatabase embedded = EmbeddedDatabase.start(directory);
    Bootstrap bootstrap = new Bootstrap(embedded);
    try {
      tell(Database.embedded(embedded, directory));
    } catch (Refusal refusal) {
      bootstrap.close();
      throw refusal;
    }
    embedded.onUnexpectedEnd(
        () -> {
          if (!bootstrap.closing) {
            onDatabaseLost.run();
          }
        });
    return bootstrap;
  }

  /** Where everything that lasts is kept, by the same rules for server and command line. */
  public static Path dataDirectory(SmallRyeConfig config) {
    return config
        .getOptionalValue("tmuxbuilder.data-dir", Path.class)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".tmux-builder"));
  }

  /** Stops the embedded database, where there is one. Blocks. */
  @Override
  public void close() {
    closing = true;
    if (embedded != null) {
      embedded.close();
    }
  }

  private static void tell(Database database) {
    Map.of(
            "quarkus.datasource.reactive.url", database.reactiveUrl(),
            "quarkus.datasource.jdbc.url", database.jdbcUrl(),
            "quarkus.datasource.username", database.serviceUser(),
            "quarkus.datasource.password", database.servicePassword(),
            "quarkus.datasource.owner.jdbc.url", database.jdbcUrl(),
            "quarkus.datasource.owner.username", database.ownerUser(),
            "quarkus.datasource.owner.password", database.ownerPassword(),
            "quarkus.flyway.owner.placeholders.app_role", database.serviceUser())
        .forEach(System::setProperty);
  }

  private static void requireFree(
      SmallRyeConfig config, String hostKey, String portKey, int defaultPort, String variable) {
    String host = config.getOptionalValue(hostKey, String.class).orElse("127.0.0.1");
    int port = config.getOptionalValue(portKey, Integer.class).orElse(defaultPort);
    if (port == 0) {
      return;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException taken) {
      String holder = Ports.listener(port).map(program -> " by " + program).orElse("");
      throw new Refusal(
          "Port " + port + " on " + host + " is taken" + holder + ".",
          "Stop that program, or name another port in " + variable + ".",
          taken);
    }
  }
}
