package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.hosting.aws.CloudFrontStandIn;
import dev.tmuxbuilder.hosting.aws.Emulator;
import dev.tmuxbuilder.hosting.aws.Wire;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A run that ends in the middle of its switch leaves what was live before it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AwsWayBackTest {
  private Emulator emulator;
  private CloudFrontStandIn edge;
  private Wire wire;
  private ServerProcess server;
  private Client.Created site;
  private URI url;
  private String before;

  @BeforeAll
  void start(@TempDir Path directory) {
    emulator = Emulator.start(Map.of());
    edge = new CloudFrontStandIn(emulator.endpoint());
    wire = new Wire(emulator.endpoint());
    server =
        new ServerProcess(directory.resolve("data"))
            .with("TMUXBUILDER_AWS_ENDPOINT", wire.endpoint().toString())
            .with("TMUXBUILDER_AWS_PAUSE", "100ms")
            .with(
                "TMUXBUILDER_VERIFY_CONNECT_TO", "*.cloudfront.net=http://127.0.0.1:" + edge.port())
            .start();
  }

  @AfterAll
  void stop() {
    server.close();
    wire.close();
    edge.close();
    emulator.close();
  }

  @BeforeEach
  void aSiteThatIsLiveAndHasAChangeOfItsOwnersHand() throws IOException {
    wire.follow();
    Map<String, Object> wish = Client.wish("# Rosehip Bakery\n\nBread from a wood oven.\n");
    wish.put("host_provider", "aws");
    site = server.client().create(wish);
    url = URI.create(site.completed().get("url").asText());
    before = edge.get(url.getHost(), "/").text();
    Path index =
        server
            .dataDirectory()
            .resolve("users/" + site.answer().get("user_id").asText())
            .resolve("sessions/" + site.answer().get("session_id").asText())
            .resolve("source/index.html");
    Files.writeString(
        index, Files.readString(index).replace("</body>", "<p>Fresh from the oven.</p></body>"));
  }

  @Test
  void whoeverCancelsWhileTheAddressIsSwitchedHasWhatWasLiveBefore() {
    wire.onHit(
        (call, mutating) -> isSwitch(call),
        () -> site.client().json(site.client().post("/api/cancel/" + site.id(), ""), 202));

    site.post("redeploy", "");

    assertThat(ended().get("status").asText()).isEqualTo("cancelled");
    assertThat(edge.get(url.getHost(), "/").text()).isEqualTo(before);
    assertThat(switches()).as("there and back").hasSizeGreaterThan(1);
  }

  @Test
  void whatFailsWhenTheAddressIsSwitchedAlreadyGoesBack() {
    wire.denyAt(call -> call.path().endsWith("/invalidation"));

    site.post("redeploy", "");

    JsonNode end = ended();
    assertThat(end.get("status").asText()).isEqualTo("failed");
    assertThat(end.get("error").get("code").asText()).isEqualTo("permission_missing");
    assertThat(switches()).hasSize(2);
    assertThat(edge.get(url.getHost(), "/").text()).isEqualTo(before);
  }

  private JsonNode ended() {
    return site.await(
        now ->
            now.get("run").asInt() == 2 && !now.get("status").asText().matches("pending|running"));
  }

  private static boolean isSwitch(Wire.Call call) {
    return call.method().equals("PUT")
        && call.path().contains("/distribution/")
        && call.path().endsWith("/config");
  }

  private List<Wire.Call> switches() {
    return wire.calls().stream().filter(AwsWayBackTest::isSwitch).toList();
  }
}
