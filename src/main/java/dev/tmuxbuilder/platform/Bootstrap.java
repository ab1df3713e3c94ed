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
  private static final System.Logger LOG = System.getLogger(Bootstrap.class.getName());

  /** Less than this, and the service would stop at its first word. */
  private static final long ROOM_TO_START = 16L << 20;

  /** The embedded database's programs and its first files take 130 MiB. */
  private static final long ROOM_FOR_A_DATABASE = 256L << 20;

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
    Optional<String> url = config.getOptionalValue("quarkus.datasource.reactive.url", String.class);
    if (url.isPresent()) {
      directory.lockShared();
    } else {
      directory.lock();
    }
    directory.requireRoom(ROOM_TO_START);
    String node = nodeName(config, directory, url.isPresent());
    // Libraries unpack things there, and a process that is killed does not tidy up after them.
    System.setProperty(
        "java.io.tmpdir", directory.freshTemporaryFolder(url.map(shared -> node)).toString());
    warnOfNamesThatCannotBeWritten();
    requireFree(
        config,
        "quarkus.http.host",
        "quarkus.http.port",
        Settings.Defaults.HTTP_PORT,
        "QUARKUS_HTTP_PORT");
    if (OwnCertificate.tell(config)) {
      requireFree(
          config,
          "quarkus.http.host",
          "quarkus.http.ssl-port",
          Settings.Defaults.HTTPS_PORT,
          "QUARKUS_HTTP_SSL_PORT");
    }
    requireFree(
        config,
        "tmuxbuilder.sites.host",
        "tmuxbuilder.sites.port",
        Settings.Defaults.SITES_PORT,
        "TMUXBUILDER_SITES_PORT");
    if (url.isPresent()) {
      tell(
          Database.configured(
              url.get(),
              config.getOptionalValue("quarkus.datasource.username", String.class).orElse(""),
              config.getOptionalValue("quarkus.datasource.password", String.class).orElse(""),
              directory));
      return new Bootstrap(null);
    }
    if (!EmbeddedDatabase.isIn(directory)) {
      directory.requireRoom(ROOM_FOR_A_DATABASE);
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

  /** One server on a directory keeps its name; of several, each has another one at each start. */
  private static String nodeName(SmallRyeConfig config, DataDirectory directory, boolean shared) {
    Optional<String> configured = config.getOptionalValue("tmuxbuilder.node-name", String.class);
    if (configured.isPresent()) {
      if (!NodeName.legal(configured.get())) {
        throw new Refusal(
            "TMUXBUILDER_NODE_NAME is not a name.",
            "Give 1 to 63 letters, digits and hyphens, and another name to each node.");
      }
      return configured.get();
    }
    String id = shared ? DataDirectory.newSecret() : directory.secret("node.id");
    String name = "node-" + id.substring(0, 12);
    System.setProperty("tmuxbuilder.node-name", name);
    return name;
  }

  /** The JVM takes the locale's character set for file names, and no other can be set later. */
  private static void warnOfNamesThatCannotBeWritten() {
    String names = System.getProperty("sun.jnu.encoding", "UTF-8");
    if (!names.equalsIgnoreCase("UTF-8")) {
      LOG.log(
          System.Logger.Level.WARNING,
          "File names are in {0}, so pages with other letters in their names cannot be made. Start"
              + " with LC_ALL=C.UTF-8.",
          names);
    }
  }

  /** Where everything that lasts is kept, by the same rules for server and command line. */
  public static Path dataDirectory(SmallRyeConfig config) {
    return config
        .getOptionalValue("tmuxbuilder.data-dir", Path.class)
        .orElseGet(() -> home().resolve(".tmux-builder"));
  }

  /**
   * What {@code HOME} says, as for every other program; the account's own where it says nothing.
   */
  public static Path home() {
    return Optional.ofNullable(System.getenv("HOME"))
        .filter(home -> !home.isBlank())
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home", ".")));
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

  private static Optional<Integer> number(SmallRyeConfig config, String key, String variable) {
    try {
      return config.getOptionalValue(key, Integer.class);
    } catch (IllegalArgumentException notANumber) {
      throw new Refusal(
          variable + " is not a number.", "Set it to a port, from 1 to 65535.", notANumber);
    }
  }

  private static void requireFree(
      SmallRyeConfig config, String hostKey, String portKey, int defaultPort, String variable) {
    String host = config.getOptionalValue(hostKey, String.class).orElse("127.0.0.1");
    int port = number(config, portKey, variable).orElse(defaultPort);
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
