package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.hosting.azure.BlobServer;
import dev.tmuxbuilder.hosting.azure.Cloud;
import dev.tmuxbuilder.hosting.azure.FrontDoorStandIn;
import dev.tmuxbuilder.hosting.azure.VirtualMachines;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service with Azure behind it, from a wish to nothing left. */
class AzureTest {
  /** One page: the browser takes most of a run's time. */
  private static final String BRIEF =
      "# Rosehip Bakery\n\nBread from a wood oven, every day from eight to six.\n";

  private static BlobServer blobs;
  private static Cloud cloud;
  private static FrontDoorStandIn edge;
  private static VirtualMachines machines;
  private static TraceReceiver collector;
  private static ServerProcess server;

  @BeforeAll
  static void begin(@TempDir Path directory) {
    blobs = BlobServer.start();
    cloud = new Cloud(blobs);
    edge = new FrontDoorStandIn(cloud);
    machines = new VirtualMachines(cloud, true);
    collector = new TraceReceiver();
    server =
        collector
            .observe(new ServerProcess(directory.resolve("data")))
            .with("TMUXBUILDER_AZURE_ENDPOINT", cloud.endpoint().toString())
            .with("TMUXBUILDER_AZURE_EDGE", edge.address().toString())
            .with("TMUXBUILDER_AZURE_PAUSE", "100ms")
            .with(
                "TMUXBUILDER_VERIFY_CONNECT_TO",
                "*.azurefd.net=%s,*.cloudapp.azure.com=http://127.0.0.1:%d"
                    .formatted(edge.address(), machines.port()))
            .start();
  }

  @AfterAll
  static void end() {
    server.close();
    collector.close();
    machines.close();
    edge.close();
    cloud.close();
    blobs.close();
  }

  @Test
  void aSiteOnAzureLivesFromCreateUserToDestroy() throws IOException {
    Client.Created site = create("static");
    URI url = lives(site, "index.html", path -> edge.get(host(site), path).text());
    assertThat(url.getScheme()).isEqualTo("https");
    assertThat(url.getHost()).endsWith(".azurefd.net");
    assertTracesItsCalls(site);
    destroyed(site);
  }

  @Test
  void aDynamicSiteOnAzureLivesFromCreateUserToDestroy() throws IOException {
    Awaitility.await("the subscription")
        .atMost(Duration.ofSeconds(40))
        .until(
            () ->
                server.client().get("/q/health/ready").body().contains("subscription sunwaretech"));
    Client.Created site = create("dynamic");
    URI url =
        lives(
            site,
            "public/index.html",
            path -> machines.ask(URI.create(site.status().get("url").asText()), "GET", path));
    assertThat(url.toString())
        .matches("http://tmux-[a-z0-9]{24}\\.eastus\\.cloudapp\\.azure\\.com/");
    destroyed(site);
  }

  @Test
  void aRunThatWaitsForAzureSaysSoIsCancelledAtOnceAndGoesOnAfterAKill() {
    cloud.hold();
    Client.Created cancelled = create("static");
    waitingFor(cancelled, "the storage account", 500);
    assertThat(cancelled.client().post("/api/cancel/" + cancelled.id(), "").statusCode())
        .isEqualTo(202);
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> cancelled.status().get("status").asText(), "cancelled"::equals);

    Client.Created killed = create("static");
    waitingFor(killed, "the storage account", 500);
    cloud.finish();
    waitingFor(killed, "the Front Door profile", 500);
    server.kill();
    cloud.release(); // Azure goes on while nobody looks
    server.start();

    JsonNode end = killed.completed();
    assertThat(end.get("run").asInt()).isEqualTo(1);
    assertThat(end.get("steps").findValuesAsText("status")).containsOnly("completed");
    assertThat(edge.get(host(killed), "/").text()).contains("Rosehip Bakery");
    assertThat(creations(group(killed)))
        .as("each thing was made once: %s", cloud.calls())
        .isNotEmpty()
        .allSatisfy((path, calls) -> assertThat(calls).as(path).isEqualTo(1));
    destroyed(killed);
    destroyed(cancelled);
  }

  private static void assertTracesItsCalls(Client.Created site) {
    List<Span> trace =
        Awaitility.await("the run's trace")
            .atMost(Duration.ofSeconds(20))
            .until(() -> collector.ofRun(site.id() + "#1"), spans -> !spans.isEmpty());
    Span deploy =
        trace.stream().filter(span -> span.getName().equals("deploy")).findFirst().orElseThrow();
    List<Span> calls =
        trace.stream()
            .filter(span -> span.getKind() == Span.SpanKind.SPAN_KIND_CLIENT)
            .filter(span -> !TraceReceiver.attribute(span, "url.full").isEmpty())
            .toList();
    String template = "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Cdn/profiles/{}";
    assertThat(calls)
        .hasSizeGreaterThan(10)
        .allMatch(span -> span.getParentSpanId().equals(deploy.getSpanId()))
        .extracting(span -> TraceReceiver.attribute(span, "url.template"))
        .contains(template, "/subscriptions/{}/resourcegroups/{}");
    assertThat(calls)
        .as("files")
        .anyMatch(span -> TraceReceiver.attribute(span, "url.full").endsWith("index.html"));
    assertThat(collector.all())
        .filteredOn(span -> TraceReceiver.attribute(span, "url.full").contains(group(site)))
        .filteredOn(span -> span.getEndTimeUnixNano() < deploy.getEndTimeUnixNano())
        .as("none is left without a parent")
        .isNotEmpty()
        .allMatch(span -> span.getTraceId().equals(deploy.getTraceId()));
  }

  /** Until watchers have heard what is waited for, and for how long, more than once. */
  private static void waitingFor(Client.Created site, String what, long millis) {
    List<Long> waited = new ArrayList<>();
    List<Client.Sent> events =
        site.client().stream(
            site.answer().get("stream_url").asText(),
            sent -> {
              JsonNode data = sent.data().path("data");
              if (data.path("waiting_for").asText().startsWith("Azure works on " + what)) {
                waited.add(data.path("waited_ms").asLong());
              }
              long longest = waited.isEmpty() ? 0 : waited.getLast();
              return longest >= millis || data.path("waited_ms").asLong() > 60_000;
            });
    assertThat(waited).hasSizeGreaterThan(1).isSorted();
    assertThat(events.getLast().data().get("step").asText()).isEqualTo("deploy");
  }

  /** How often each thing of a group that takes tags was made. */
  private static Map<String, Long> creations(String group) {
    return cloud.calls().stream()
        .filter(call -> call.method().equals("PUT") && call.path().contains(group))
        .filter(call -> call.body().contains("\"location\""))
        .collect(Collectors.groupingBy(Cloud.Call::path, Collectors.counting()));
  }

  private static Client.Created create(String type) {
    Map<String, Object> wish = Client.wish(BRIEF);
    wish.put("host_provider", "azure");
    wish.put("site_type", type);
    return server.client().create(wish);
  }

  private static String host(Client.Created site) {
    return URI.create(site.status().get("url").asText()).getHost();
  }

  /** Built, changed, and rolled back, always at one URL. */
  private static URI lives(Client.Created site, String page, UnaryOperator<String> get)
      throws IOException {
    JsonNode built = site.completed();
    JsonNode receipt =
        site.client().json(site.client().get("/api/executions/" + site.id() + "/receipts/1"), 200);
    assertThat(receipt.get("cost_estimate").get("monthly").doubleValue()).isGreaterThan(5);
    assertThat(resources(site)).allMatch(one -> one.get("drift").isEmpty()).hasSizeGreaterThan(3);
    String first = get.apply("/");

    Path file = source(site).resolve(page);
    Files.writeString(
        file, Files.readString(file).replace("</body>", "<p>Fresh from the oven.</p></body>"));
    site.post("redeploy", "");
    assertThat(site.completed().get("url")).isEqualTo(built.get("url"));
    assertThat(get.apply("/")).contains("Fresh from the oven.");

    site.post("rollback", "{\"release\":1}");
    assertThat(site.completed().get("url")).isEqualTo(built.get("url"));
    assertThat(get.apply("/")).isEqualTo(first);
    return URI.create(built.get("url").asText());
  }

  private static String group(Client.Created site) {
    return "tmux-" + site.id().replace("_sess_", "-sess_");
  }

  private static void destroyed(Client.Created site) {
    String group = group(site);
    assertThat(cloud.everything()).anyMatch(id -> id.endsWith(group));
    site.client().json(site.client().delete("/api/executions/" + site.id()), 202);
    site.await(now -> now.get("status").asText().equals("destroyed"));
    assertThat(cloud.everything()).noneMatch(id -> id.contains(group));
    assertThat(resources(site)).isEmpty();
  }

  private static JsonNode resources(Client.Created site) {
    return site.client()
        .json(site.client().get("/api/executions/" + site.id() + "/resources"), 200)
        .get("resources");
  }

  private static Path source(Client.Created site) {
    return server
        .dataDirectory()
        .resolve("users/" + site.answer().get("user_id").asText())
        .resolve("sessions/" + site.answer().get("session_id").asText())
        .resolve("source");
  }
}
