package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.hosting.aws.Account;
import dev.tmuxbuilder.hosting.aws.CloudFrontStandIn;
import dev.tmuxbuilder.hosting.aws.Ec2StandIn;
import dev.tmuxbuilder.hosting.aws.Emulator;
import dev.tmuxbuilder.hosting.aws.Wire;
import dev.tmuxbuilder.tenancy.Identity;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service with AWS behind it, from a wish to nothing left. */
class AwsTest {
  @Test
  void aSiteOnAwsLivesFromCreateUserToDestroy(@TempDir Path directory) throws IOException {
    try (Emulator emulator = Emulator.start(Map.of());
        CloudFrontStandIn edge = new CloudFrontStandIn(emulator.endpoint());
        Account account = new Account(emulator.endpoint());
        TraceReceiver collector = new TraceReceiver();
        ServerProcess server =
            collector
                .observe(new ServerProcess(directory.resolve("data")))
                .with("TMUXBUILDER_AWS_ENDPOINT", emulator.endpoint().toString())
                .with("TMUXBUILDER_AWS_PAUSE", "100ms")
                .with(
                    "TMUXBUILDER_VERIFY_CONNECT_TO",
                    "*.cloudfront.net=http://127.0.0.1:" + edge.port())
                .start()) {
      Map<String, Object> wish = Client.wish(Files.readString(Path.of("examples/bakery.md")));
      wish.put("host_provider", "aws");
      Client.Created site = server.client().create(wish);
      JsonNode built = site.completed();
      URI url = URI.create(built.get("url").asText());
      assertThat(url.getScheme()).isEqualTo("https");
      assertThat(url.getHost()).endsWith(".cloudfront.net");
      assertProves(edge, receipt(site, 1), url, server, site);
      assertTracesItsCalls(collector, site);
      assertThat(receipt(site, 1).get("cost_estimate").get("monthly").decimalValue()).isPositive();
      byte[] first = edge.get(url.getHost(), "/").body();
      assertThat(resources(site)).allMatch(one -> one.get("drift").isEmpty()).hasSize(3);

      Path index = source(server, site).resolve("index.html");
      Files.writeString(
          index, Files.readString(index).replace("</body>", "<p>Fresh from the oven.</p></body>"));
      site.post("redeploy", "");
      JsonNode changed = site.completed();
      assertThat(changed.get("url")).isEqualTo(built.get("url"));
      assertThat(edge.get(url.getHost(), "/").text()).contains("Fresh from the oven.");
      assertProves(edge, receipt(site, 2), url, server, site);

      site.post("rollback", "{\"release\":1}");
      assertThat(site.completed().get("url")).isEqualTo(built.get("url"));
      assertThat(edge.get(url.getHost(), "/").body()).isEqualTo(first);

      site.client().json(site.client().delete("/api/executions/" + site.id()), 202);
      site.await(now -> now.get("status").asText().equals("destroyed"));
      assertThat(account.everything()).isEmpty();
      assertThat(resources(site)).isEmpty();
    }
  }

  @Test
  void aDynamicSiteOnAwsLivesFromCreateUserToDestroy(@TempDir Path directory) throws IOException {
    try (Emulator emulator = Emulator.start(Map.of());
        Ec2StandIn machines = new Ec2StandIn(emulator.endpoint(), true);
        Wire wire = new Wire(emulator.endpoint(), machines);
        Account account = new Account(emulator.endpoint())) {
      List<String> before = account.everything();
      try (ServerProcess server =
          new ServerProcess(directory.resolve("data"))
              .with("TMUXBUILDER_AWS_ENDPOINT", wire.endpoint().toString())
              .with("TMUXBUILDER_AWS_PAUSE", "100ms")
              .with(
                  "TMUXBUILDER_VERIFY_CONNECT_TO",
                  "*.amazonaws.com=http://127.0.0.1:" + machines.port())
              .start()) {
        Awaitility.await("who acts on AWS")
            .atMost(Duration.ofSeconds(40))
            .until(
                () ->
                    server.client().get("/q/health/ready").body().contains("account 123456789012"));
        Map<String, Object> wish = Client.wish(Files.readString(Path.of("examples/bakery.md")));
        wish.put("host_provider", "aws");
        wish.put("site_type", "dynamic");
        Client.Created site = server.client().create(wish);
        JsonNode built = site.completed();
        URI url = URI.create(built.get("url").asText());
        assertThat(url.toString()).matches("http://ec2-[0-9-]+\\.compute-1\\.amazonaws\\.com/");
        assertThat(receipt(site, 1).get("cost_estimate").get("monthly").doubleValue())
            .isGreaterThan(5);
        assertThat(resources(site)).allMatch(one -> one.get("drift").isEmpty()).hasSize(8);
        String first = machines.get(url, "/");

        Path index = source(server, site).resolve("public/index.html");
        Files.writeString(
            index,
            Files.readString(index).replace("</body>", "<p>Fresh from the oven.</p></body>"));
        site.post("redeploy", "");
        assertThat(site.completed().get("url")).isEqualTo(built.get("url"));
        assertThat(machines.get(url, "/")).contains("Fresh from the oven.");

        site.post("rollback", "{\"release\":1}");
        assertThat(site.completed().get("url")).isEqualTo(built.get("url"));
        assertThat(machines.get(url, "/")).isEqualTo(first);

        site.client().json(site.client().delete("/api/executions/" + site.id()), 202);
        site.await(now -> now.get("status").asText().equals("destroyed"));
        assertThat(account.everything()).isEqualTo(before);
        assertThat(resources(site)).isEmpty();
      }
    }
  }

  @Test
  void aMachineThatNobodyNeedsIsStoppedAfterAWarning(@TempDir Path directory) throws IOException {
    try (Emulator emulator = Emulator.start(Map.of());
        Ec2StandIn machines = new Ec2StandIn(emulator.endpoint(), true);
        Wire wire = new Wire(emulator.endpoint(), machines);
        ServerProcess server =
            new ServerProcess(directory.resolve("data"))
                .with("TMUXBUILDER_AWS_ENDPOINT", wire.endpoint().toString())
                .with("TMUXBUILDER_AWS_PAUSE", "100ms")
                .with("TMUXBUILDER_UNTOUCHED_EVERY", "1s")
                .with("TMUXBUILDER_UNTOUCHED_STOP_AFTER", "2s")
                .with("TMUXBUILDER_UNTOUCHED_WARN_BEFORE", "1s")
                .with(
                    "TMUXBUILDER_VERIFY_CONNECT_TO",
                    "*.amazonaws.com=http://127.0.0.1:" + machines.port())
                .start()) {
      Map<String, Object> wish = Client.wish(Files.readString(Path.of("examples/bakery.md")));
      wish.put("host_provider", "aws");
      wish.put("site_type", "dynamic");
      Client.Created site = server.client().create(wish);
      JsonNode stopped = site.await(now -> isOver(now, 2));
      assertThat(stopped.get("status").asText()).isEqualTo("completed");
      assertThat(stopped.get("result").get("stopped").asBoolean()).isTrue();
      List<String> log =
          site.client().stream(site.answer().get("stream_url").asText() + "?since=0", sent -> false)
              .stream()
              .map(sent -> sent.data().path("message").asText())
              .filter(line -> line.contains("will be stopped on") || line.contains("Stopped the"))
              .toList();
      assertThat(log).hasSize(2);
      assertThat(log.getFirst()).contains("Nobody has changed this site").contains("A redeploy");
      URI url = URI.create(stopped.get("url").asText());
      assertThat(machines.get(url, "/")).isEmpty();

      site.post("redeploy", "");
      JsonNode again = site.await(now -> isOver(now, 3));
      assertThat(again.get("status").asText()).as(again.toString()).isEqualTo("completed");
      assertThat(again.get("url")).isEqualTo(stopped.get("url"));
    }
  }

  @Test
  void howATenantIsSetUpIsToldToItsOwnPeopleOnly(@TempDir Path directory) {
    Map<String, Object> wish = Client.wish("# Hello");
    TenantId tenant =
        new Identity(wish.get("email").toString(), wish.get("phone").toString()).ownTenant();
    try (Emulator emulator = Emulator.start(Map.of());
        Wire wire = new Wire(emulator.endpoint());
        ServerProcess server =
            new ServerProcess(directory.resolve("data"))
                .with("TMUXBUILDER_AWS_ENDPOINT", wire.endpoint().toString())
                .with(
                    "TMUXBUILDER_AWS_ROLES", tenant + "=arn:aws:iam::222222222222:role/stranger")) {
      wire.deny("AssumeRole");
      server.start();
      Client.Created site = server.client().create(wish);
      wish.put("host_provider", "aws");
      assertThat(site.client().post("/api/create-user", Client.text(wish)).body())
          .contains("TMUXBUILDER_AWS_ROLES");
      assertThat(server.operator().post("/api/create-user", Client.text(wish)).body())
          .contains("TMUXBUILDER_AWS_ROLES");

      var stranger = server.client().post("/api/create-user", Client.text(wish));
      assertThat(stranger.statusCode()).as(stranger.body()).isEqualTo(401);
      assertThat(stranger.body()).doesNotContain("ROLES");
      var other = server.client().create(Client.wish("# Other")).client();
      assertThat(other.post("/api/create-user", Client.text(wish)).body()).doesNotContain("ROLES");
    }
  }

  /** Whether that run has ended, and no later one matters. */
  private static boolean isOver(JsonNode now, int run) {
    return now.get("run").asInt() > run
        || (now.get("run").asInt() == run
            && !List.of("pending", "running").contains(now.get("status").asText()));
  }

  private static void assertTracesItsCalls(TraceReceiver collector, Client.Created site) {
    List<Span> trace =
        Awaitility.await("the run's trace")
            .atMost(Duration.ofSeconds(20))
            .until(() -> collector.ofRun(site.id() + "#1"), spans -> !spans.isEmpty());
    Span deploy =
        trace.stream().filter(span -> span.getName().equals("deploy")).findFirst().orElseThrow();
    assertThat(trace)
        .filteredOn(span -> TraceReceiver.attribute(span, "rpc.system").equals("aws-api"))
        .as("calls of the SDK")
        .hasSizeGreaterThan(10)
        .allMatch(span -> span.getParentSpanId().equals(deploy.getSpanId()))
        .extracting(Span::getName)
        .contains("S3.CreateBucket", "S3.PutObject", "CloudFront.GetDistribution");
  }

  private static void assertProves(
      CloudFrontStandIn edge, JsonNode receipt, URI url, ServerProcess server, Client.Created site)
      throws IOException {
    StringBuilder lines = new StringBuilder();
    try (var tree = Files.walk(source(server, site))) {
      tree.filter(Files::isRegularFile)
          .map(file -> source(server, site).relativize(file).toString())
          .filter(path -> !path.startsWith(".git/"))
          .sorted()
          .forEach(
              path ->
                  lines
                      .append(path)
                      .append('\t')
                      .append(sha256(edge.get(url.getHost(), "/" + path).body()))
                      .append('\n'));
    }
    assertThat(sha256(lines.toString().getBytes(StandardCharsets.UTF_8)))
        .as("digest of what is served")
        .isEqualTo(receipt.get("artifact_sha256").asText());
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static JsonNode receipt(Client.Created site, int release) {
    return site.client()
        .json(site.client().get("/api/executions/" + site.id() + "/receipts/" + release), 200);
  }

  private static JsonNode resources(Client.Created site) {
    return site.client()
        .json(site.client().get("/api/executions/" + site.id() + "/resources"), 200)
        .get("resources");
  }

  private static Path source(ServerProcess server, Client.Created site) {
    return server
        .dataDirectory()
        .resolve("users/" + site.answer().get("user_id").asText())
        .resolve("sessions/" + site.answer().get("session_id").asText())
        .resolve("source");
  }
}
