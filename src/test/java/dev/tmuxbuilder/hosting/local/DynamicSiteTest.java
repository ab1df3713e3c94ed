package dev.tmuxbuilder.hosting.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Site;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Handler;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sites with a process of their own: real Node.js, in real bubblewrap where it is there. */
class DynamicSiteTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir static Path temp;
  static LocalSites sites;
  static Site shop;
  static Artifact first;
  static WebSocketClient webSockets;

  @BeforeAll
  static void serve() throws IOException {
    sites =
        new LocalSites(
            temp.resolve("data"),
            Map.of(
                "tmuxbuilder.sites.start-deadline", "10s",
                "tmuxbuilder.sites.drain-deadline", "5s"));
    webSockets =
        sites.vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxFrameSize(1 << 20).setMaxMessageSize(1 << 20));
    first = program("first", "one");
    shop = sites.deploy("shop", SiteType.DYNAMIC, first);
  }

  @AfterAll
  static void stop() throws Exception {
    webSockets.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
    sites.close();
  }

  static Artifact program(String directory, String version) throws IOException {
    try (InputStream source =
        Objects.requireNonNull(DynamicSiteTest.class.getResourceAsStream("/hosting/server.mjs"))) {
      String text = new String(source.readAllBytes(), StandardCharsets.UTF_8);
      return Artifacts.of(
          temp.resolve(directory), Map.of("server.mjs", text.replace("VERSION", version)));
    }
  }

  private static JsonObject json(RawHttp.Answer answer) {
    return new JsonObject(answer.text());
  }

  private static JsonObject object(JsonObject in, String name) {
    return in.getJsonObject(name);
  }

  @Test
  void theProcessHasItsEnvironmentAndNothingElse() throws IOException {
    JsonObject environment = json(sites.get("shop", "/environment"));

    assertThat(environment.fieldNames())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    Stream.of("PORT", "HOST", "DATA_DIR", "RELEASE", "NODE_ENV", "PATH"),
                    environment.containsKey("PWD") ? Stream.of("PWD") : Stream.of())
                .toList());
    assertThat(environment.getString("RELEASE")).isEqualTo(first.sha256());
    assertThat(environment.getString("DATA_DIR")).isEqualTo(shop.state().toString());
  }

  @Test
  void theProcessReachesItsReleaseAndItsDataAlone() throws IOException {
    Path secret = Files.writeString(temp.resolve("secret"), "secret");

    JsonObject reach = json(sites.get("shop", "/reach?path=" + secret));

    assertThat(object(reach, "data").getBoolean("ok")).isTrue();
    assertThat(object(reach, "release").getBoolean("ok")).isFalse();
    assertThat(object(reach, "other").getBoolean("ok")).isFalse();
    assertThat(object(reach, "shadow").getBoolean("ok")).isFalse();
    assertThat(reach.getInteger("uid")).isNotEqualTo(0);
    assertThat(reach.getInteger("uid")).isNotEqualTo(Files.getAttribute(temp, "unix:uid"));
    assertThat(reach.getInteger("processes")).isLessThan(5);
  }

  @Test
  void aRequestArrivesWithTheTruthAboutItsVisitor() throws IOException {
    RawHttp.Answer answer =
        sites.send(
            "POST",
            "shop",
            "/echo?a=%20b",
            "Content-Length: 5",
            "X-Forwarded-For: 6.6.6.6",
            "X-Forwarded-Host: evil.example",
            "X-Forwarded-Proto: https",
            "Forwarded: for=6.6.6.6",
            "X-Real-IP: 6.6.6.6",
            "Connection: x-hop",
            "X-Hop: for this hop only",
            "TE: trailers",
            "X-Other: kept",
            "",
            "hello");
    JsonObject seen = json(answer);
    JsonObject headers = object(seen, "headers");

    assertThat(seen.getString("method")).isEqualTo("POST");
    assertThat(seen.getString("url")).isEqualTo("/echo?a=%20b");
    assertThat(seen.getString("body")).isEqualTo("hello");
    assertThat(headers.getString("x-forwarded-for")).isEqualTo("127.0.0.1");
    assertThat(headers.getString("x-forwarded-host")).isEqualTo("shop.localhost:" + sites.port());
    assertThat(headers.getString("x-forwarded-proto")).isEqualTo("http");
    assertThat(headers.getString("host")).isEqualTo("shop.localhost:" + sites.port());
    assertThat(headers.getString("x-other")).isEqualTo("kept");
    assertThat(headers.fieldNames()).doesNotContain("forwarded", "x-real-ip", "x-hop", "te");
    assertThat(answer.header("x-release")).isEqualTo(first.sha256());
  }

  @Test
  void chunkedBodiesGoBothWays() throws IOException {
    byte[] request =
        ("POST /count HTTP/1.1\r\nHost: shop.localhost\r\nTransfer-Encoding: chunked\r\n"
                + "Connection: close\r\n\r\n"
                + "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8);

    JsonObject counted = json(RawHttp.exchange(sites.port(), request, "POST"));
    RawHttp.Answer chunks = sites.get("shop", "/chunks");

    assertThat(counted.getInteger("bytes")).isEqualTo(11);
    assertThat(counted.getString("encoding")).isEqualTo("chunked");
    assertThat(chunks.text()).isEqualTo("one two three");
    assertThat(chunks.headers()).doesNotContainKeys("x-private", "keep-alive");
  }

  @Test
  void aLargeBodyArrivesWholeAndATooLargeOneIsRefused() throws IOException {
    byte[] body = new byte[8 << 20];
    java.util.Arrays.fill(body, (byte) 'x');

    RawHttp.Answer whole = post(body, "Content-Length: " + body.length);
    RawHttp.Answer refused = post(new byte[0], "Content-Length: " + (64L << 20));

    assertThat(json(whole).getInteger("bytes")).isEqualTo(body.length);
    assertThat(refused.status()).isEqualTo(413);
  }

  private static RawHttp.Answer post(byte[] body, String length) throws IOException {
    byte[] head =
        ("POST /count HTTP/1.1\r\nHost: shop.localhost\r\n"
                + length
                + "\r\nConnection: close\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] request = new byte[head.length + body.length];
    System.arraycopy(head, 0, request, 0, head.length);
    System.arraycopy(body, 0, request, head.length, body.length);
    return RawHttp.exchange(sites.port(), request, "POST");
  }

  @Test
  void anAnswerWithoutABodyAndAnAnswerOfTheSitesOwnArePassedOn() throws IOException {
    assertThat(sites.get("shop", "/nothing").status()).isEqualTo(204);
    assertThat(sites.get("shop", "/cake").status()).isEqualTo(404);
    assertThat(sites.get("shop", "/cake").text()).isEqualTo("no such page");
    assertThat(sites.send("HEAD", "shop", "/version").status()).isEqualTo(200);
  }

  @Test
  void anEventIsSeenBeforeTheStreamGoesOn() throws IOException {
    Files.deleteIfExists(shop.state().resolve("seen"));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), sites.port())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              "GET /sse HTTP/1.1\r\nHost: shop.localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      readUntil(socket.getInputStream(), "data: first\n\n");
      Files.writeString(shop.state().resolve("seen"), "yes");
      readUntil(socket.getInputStream(), "data: second\n\n");
    }
  }

  private static void readUntil(InputStream in, String end) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(end) < 0) {
      int b = in.read();
      assertThat(b).as("the stream ended after: %s", read).isNotNegative();
      read.append((char) b);
    }
  }

  @Test
  void aWebSocketCarriesMessagesBothWays() throws Exception {
    BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    ClientWebSocket socket = webSocket("/socket", messages::add);
    String large = "größe ".repeat(40_000);

    socket.writeTextMessage("small").toCompletionStage().toCompletableFuture().get();
    socket.writeTextMessage(large).toCompletionStage().toCompletableFuture().get();

    assertThat(messages.poll(10, TimeUnit.SECONDS)).isEqualTo("hello");
    assertThat(messages.poll(10, TimeUnit.SECONDS)).isEqualTo("small");
    assertThat(messages.poll(10, TimeUnit.SECONDS)).isEqualTo(large);
    socket.close();
  }

  @Test
  void aRefusedWebSocketTellsWhy() {
    ExecutionException refused =
        catchThrowableOfType(ExecutionException.class, () -> webSocket("/elsewhere", text -> {}));

    assertThat(refused.getCause())
        .isInstanceOfSatisfying(
            UpgradeRejectedException.class,
            why -> {
              assertThat(why.getStatus()).isEqualTo(403);
              assertThat(why.getHeaders().get("X-Why")).isEqualTo("shut");
              assertThat(why.getBody()).hasToString("no");
            });
  }

  /** Connects with its handler in place, since the site speaks first. */
  private static ClientWebSocket webSocket(String path, Handler<String> messages) throws Exception {
    ClientWebSocket socket = webSockets.webSocket();
    socket.textMessageHandler(messages);
    socket
        .connect(sites.port(), "shop.localhost", path)
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
    return socket;
  }

  @Test
  void aCrashIsAnsweredWith503AndThenTheSiteIsBackWithItsData() throws IOException {
    Site site = sites.deploy("crash", SiteType.DYNAMIC, first);
    sites.send("POST", "crash", "/entries", "Content-Length: 3", "", "Ana");
    sites.get("crash", "/crash");

    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> sites.get("crash", "/version"), answer -> answer.status() == 503)
        .headers()
        .forEach(
            (name, value) -> {
              if (name.equals("retry-after")) {
                assertThat(value).matches("[1-9]\\d?");
              }
            });
    await().atMost(SOON).until(() -> sites.get("crash", "/version").status() == 200);
    assertThat(sites.get("crash", "/entries").text()).contains("Ana");
    sites.host.destroy(site, sites.lines).await().atMost(LocalSites.LIMIT);
  }

  @Test
  void aReleaseThatIsNotHealthyNeverReplacesTheOneBefore() throws IOException {
    Site site = sites.deploy("steady", SiteType.DYNAMIC, first);
    Artifact broken =
        Artifacts.of(
            temp.resolve("broken"),
            Map.of("server.mjs", "console.log('the oven is cold'); process.exit(3);"));
    sites.upload(site, broken);

    StepFailure failure =
        catchThrowableOfType(StepFailure.class, () -> sites.activate(site, broken));

    assertThat(failure.info().code()).isEqualTo("site_unhealthy");
    assertThat(failure.info().message()).contains("exit code 3");
    assertThat(failure.info().hint()).contains("the oven is cold");
    assertThat(sites.get("steady", "/version").text()).isEqualTo("one");
    sites.host.destroy(site, sites.lines).await().atMost(LocalSites.LIMIT);
  }

  @Test
  void aSwitchLetsTheOldProcessFinishWhatItBegan() throws Exception {
    Site site = sites.deploy("drain", SiteType.DYNAMIC, first);
    Artifact second = program("second", "two");
    sites.upload(site, second);
    try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), sites.port())) {
      slow.setSoTimeout(20_000);
      slow.getOutputStream()
          .write(
              "GET /slow?ms=1500 HTTP/1.1\r\nHost: drain.localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.UTF_8));
      long before = processes(site);

      sites.activate(site, second);

      assertThat(before).isPositive();
      assertThat(sites.get("drain", "/version").text()).isEqualTo("two");
      assertThat(RawHttp.read(slow.getInputStream(), false).text()).isEqualTo("one");
    }
    await().atMost(SOON).until(() -> processes(first.sha256(), site) == 0);
    Path log = site.logs().resolve("site-1.log");
    await().atMost(SOON).until(() -> Files.readString(log).contains("ending in peace"));
    sites.host.destroy(site, sites.lines).await().atMost(LocalSites.LIMIT);
  }

  @Test
  void noRequestFailsWhileAProgramIsReplacedUnderSteadyLoad() throws Exception {
    Artifact second = program("second-busy", "two");
    Site site = sites.deploy("busy", SiteType.DYNAMIC, first);
    sites.upload(site, second);
    AtomicInteger good = new AtomicInteger();
    ConcurrentLinkedQueue<String> bad = new ConcurrentLinkedQueue<>();
    try (ScheduledExecutorService visitors = Executors.newScheduledThreadPool(2)) {
      for (int visitor = 0; visitor < 2; visitor++) {
        visitors.scheduleAtFixedRate(
            () -> {
              try {
                RawHttp.Answer answer = sites.get("busy", "/version");
                if (answer.status() == 200 && answer.text().matches("one|two")) {
                  good.incrementAndGet();
                } else {
                  bad.add(answer.status() + " " + answer.text());
                }
              } catch (IOException failed) {
                bad.add(failed.toString());
              }
            },
            visitor * 20L,
            40, // twenty-five requests a second each
            TimeUnit.MILLISECONDS);
      }
      for (Artifact next : List.of(second, first, second)) {
        int seen = good.get();
        await().atMost(SOON).until(() -> good.get() > seen + 5);

        sites.activate(site, next);

        assertThat(sites.get("busy", "/version").header("x-release")).isEqualTo(next.sha256());
      }
    }
    assertThat(bad).isEmpty();
    sites.host.destroy(site, sites.lines).await().atMost(LocalSites.LIMIT);
  }

  @Test
  void destroyLeavesNoProcessAndNoFile() throws IOException {
    Site site = sites.deploy("gone", SiteType.DYNAMIC, first);
    assertThat(processes(site)).isPositive();

    sites.host.destroy(site, sites.lines).await().atMost(LocalSites.LIMIT);
    sites.host.destroy(site, sites.lines).await().atMost(LocalSites.LIMIT);

    assertThat(processes(site)).isZero();
    assertThat(temp.resolve("data/sites/gone")).doesNotExist();
    assertThat(sites.host.inventory(site).await().atMost(LocalSites.LIMIT)).isEmpty();
    assertThat(sites.get("gone", "/").status()).isEqualTo(404);
  }

  @Test
  void destroyEndsAnOldReleaseToo() throws IOException {
    Site site = sites.deploy("draining", SiteType.DYNAMIC, first);
    Artifact second = program("second-draining", "two");
    sites.upload(site, second);
    try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), sites.port())) {
      slow.getOutputStream()
          .write(
              "GET /slow?ms=60000 HTTP/1.1\r\nHost: draining.localhost\r\n\r\n"
                  .getBytes(StandardCharsets.UTF_8));
      sites.activate(site, second);

      sites.host.destroy(site, sites.lines).await().atMost(LocalSites.LIMIT);

      assertThat(processes(first.sha256(), site)).isZero();
      assertThat(processes(second.sha256(), site)).isZero();
    }
  }

  @Test
  void aStartThatIsCancelledOrDestroyedLeavesNothing() throws IOException {
    Artifact silent =
        Artifacts.of(temp.resolve("silent"), Map.of("server.mjs", "setInterval(() => {}, 1000);"));
    Site site = sites.site("silent", SiteType.DYNAMIC);
    for (boolean destroy : new boolean[] {false, true}) {
      sites.host.provision(site, sites.lines).await().atMost(LocalSites.LIMIT);
      sites.upload(site, silent);
      AtomicReference<Throwable> failed = new AtomicReference<>();
      Cancellable start =
          sites
              .host
              .activate(site, silent.sha256(), sites.lines)
              .subscribe()
              .with(done -> {}, failed::set);
      await().atMost(SOON).until(() -> processes(silent.sha256(), site) > 0);

      if (destroy) {
        sites.host.destroy(site, sites.lines).await().atMost(Duration.ofSeconds(5));
        assertThat(processes(silent.sha256(), site)).isZero();
        await().atMost(SOON).until(() -> failed.get() instanceof StepFailure);
      } else {
        start.cancel();
        await().atMost(Duration.ofSeconds(5)).until(() -> processes(silent.sha256(), site) == 0);
      }
    }
  }

  @Test
  void whatTheProcessPrintsIsKeptWithinBounds() throws IOException {
    Site site = sites.deploy("loud", SiteType.DYNAMIC, first);

    for (int i = 0; i < 2; i++) {
      assertThat(sites.get("loud", "/print").status()).isEqualTo(200);
    }

    await().atMost(SOON).until(() -> Files.exists(site.logs().resolve("site-1.log.1")));
    try (Stream<Path> logs = Files.list(site.logs())) {
      assertThat(logs).allMatch(log -> log.toFile().length() <= 4 << 20);
    }
    sites.host.destroy(site, sites.lines).await().atMost(LocalSites.LIMIT);
  }

  @Test
  void aRestartOfTheServiceStartsTheSiteAgainAndItsStopEndsAllProcesses() throws Exception {
    Path data = temp.resolve("restart");
    Site site;
    try (LocalSites before = LocalSites.on(data)) {
      site = before.deploy("again", SiteType.DYNAMIC, first);
      assertThat(before.get("again", "/version").text()).isEqualTo("one");
    }
    assertThat(processes(site)).isZero();
    try (LocalSites after = LocalSites.on(data)) {
      await().atMost(SOON).until(() -> processes(site) > 0);
      assertThat(after.get("again", "/version").text()).isEqualTo("one");
    }
    assertThat(processes(site)).isZero();
  }

  private static long processes(Site site) {
    return processes(first.sha256(), site);
  }

  /** Counts the processes of a site's release by their working directory or their arguments. */
  private static long processes(String sha256, Site site) {
    String release = "/sites/" + site.name() + "/releases/" + sha256;
    return ProcessHandle.allProcesses()
        .filter(
            process -> {
              try {
                Path directory = Path.of("/proc", Long.toString(process.pid()));
                return Files.readString(directory.resolve("cmdline")).contains(release)
                    || directory.resolve("cwd").toRealPath().toString().endsWith(release);
              } catch (IOException ended) {
                return false;
              }
            })
        .count();
  }
}
