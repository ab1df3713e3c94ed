package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Level;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.hosting.Environments;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.isolation.Sandbox;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.service.Ports;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.dns.AddressResolverOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The local host with its listener on a free port, as one node of the service has it. */
final class LocalSites implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(60);

  final Vertx vertx =
      Vertx.vertx(
          new VertxOptions()
              .setAddressResolverOptions(
                  new AddressResolverOptions()
                      .setHostsValue(Buffer.buffer("127.0.0.1 shop.localhost\n"))));
  final Settings settings;
  final LiveSites live;
  final LocalHost host;
  final SitesServer server;
  final Lines lines = new Lines();
  final Allowed allowed = new Allowed();
  private final Path data;

  LocalSites(Path data, Map<String, String> more) throws IOException {
    this.data = data;
    this.settings = settings(data, more);
    this.live =
        new LiveSites(
            vertx,
            settings,
            Sandbox.of(settings),
            execution -> Uni.createFrom().item(Environments.Environment.NONE),
            allowed);
    this.host = new LocalHost(settings, live);
    this.server = new SitesServer(vertx, settings, live);
    server.start();
  }

  static LocalSites on(Path data) throws IOException {
    return new LocalSites(data, Map.of());
  }

  static Settings settings(Path data, Map<String, String> more) throws IOException {
    Map<String, String> values = new HashMap<>();
    values.put("tmuxbuilder.data-dir", data.toString());
    values.put("tmuxbuilder.sites.port", Integer.toString(Ports.free()));
    values.putAll(more);
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .addDefaultInterceptors()
        .withMapping(Settings.class)
        .withSources(new PropertiesConfigSource(values, "test", 500))
        .withDefaultValue("user.home", System.getProperty("user.home"))
        .build()
        .getConfigMapping(Settings.class);
  }

  Site site(String name, SiteType type) {
    Path session = data.resolve("sessions").resolve(name);
    return new Site(
        ExecutionId.of("3b241101-e2bb-4255-8caf-4136c566a962_sess_20260102_030405_ab12"),
        TenantId.parse("3b241101-e2bb-4255-8caf-4136c566a962"),
        name,
        type,
        session.resolve("logs"),
        session.resolve("state"),
        Map.of("tmuxbuilder:session", name),
        0);
  }

  /** The site in the hands of a run's owner. */
  static Site owned(Site site, long lease) {
    return new Site(
        site.execution(),
        site.tenant(),
        site.name(),
        site.type(),
        site.logs(),
        site.state(),
        site.tags(),
        lease);
  }

  Site deploy(String name, SiteType type, Artifact artifact) {
    Site site = site(name, type);
    host.provision(site, lines).await().atMost(LIMIT);
    host.tag(site, lines).await().atMost(LIMIT);
    upload(site, artifact);
    activate(site, artifact);
    return site;
  }

  void upload(Site site, Artifact artifact) {
    host.upload(site, artifact, lines).await().atMost(LIMIT);
  }

  void activate(Site site, Artifact artifact) {
    host.activate(site, artifact.sha256(), lines).await().atMost(LIMIT);
  }

  int port() {
    return settings.sites().port();
  }

  RawHttp.Answer get(String name, String target, String... headers) throws IOException {
    return RawHttp.get(port(), name + ".localhost:" + port(), target, headers);
  }

  RawHttp.Answer send(String method, String name, String target, String... headers)
      throws IOException {
    return RawHttp.send(port(), method, name + ".localhost:" + port(), target, headers);
  }

  @Override
  public void close() throws Exception {
    server.stop();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** Keeps what a step tells its watchers. */
  static final class Lines implements Progress {
    final List<String> seen = new CopyOnWriteArrayList<>();

    @Override
    public void log(Level level, String stage, String message, Map<String, ?> data) {
      seen.add(level + " " + stage + " " + message + " " + data);
    }

    @Override
    public void check(CheckResult result) {
      seen.add(result.toString());
    }
  }
}
