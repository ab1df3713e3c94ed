package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.hosting.aws.Account;
import dev.tmuxbuilder.hosting.aws.CloudFrontStandIn;
import dev.tmuxbuilder.hosting.aws.Ec2StandIn;
import dev.tmuxbuilder.hosting.aws.Emulator;
import dev.tmuxbuilder.hosting.aws.Wire;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole service is killed while AWS carries out a call of its, and started again. The hosts'
 * own tests go through every single call; here one of each kind is enough to see that nothing
 * around the hosts makes a difference. {@code -Dtmuxbuilder.test.kills=all} goes through all of
 * them here, too.
 */
class AwsCrashTest {
  private static final String KILLS = System.getProperty("tmuxbuilder.test.kills", "1");

  private Emulator emulator;
  private CloudFrontStandIn edge;
  private Ec2StandIn machines;
  private Wire wire;
  private Account account;
  private List<String> before;
  private ServerProcess server;

  @BeforeEach
  void begin(@TempDir Path directory) {
    emulator = Emulator.start(Map.of());
    edge = new CloudFrontStandIn(emulator.endpoint());
    machines = new Ec2StandIn(emulator.endpoint(), true);
    wire = new Wire(emulator.endpoint(), machines);
    account = new Account(emulator.endpoint());
    before = account.everything();
    server =
        new ServerProcess(directory.resolve("data"))
            .with("TMUXBUILDER_AWS_ENDPOINT", wire.endpoint().toString())
            .with("TMUXBUILDER_AWS_PAUSE", "100ms")
            .with(
                "TMUXBUILDER_VERIFY_CONNECT_TO",
                "*.cloudfront.net=http://127.0.0.1:%d,*.amazonaws.com=http://127.0.0.1:%d"
                    .formatted(edge.port(), machines.port()));
  }

  @AfterEach
  void end() {
    server.close();
    account.close();
    wire.close();
    machines.close();
    edge.close();
    emulator.close();
  }

  @Test
  void aStaticSiteIsMadeAndDestroyedAtWhateverCallTheServiceIsKilled() {
    server.start();
    survives("static", url -> edge.get(url.getHost(), "/").text());
  }

  @Test
  void aDynamicSiteIsMadeAndDestroyedAtWhateverCallTheServiceIsKilled() {
    server.start();
    survives("dynamic", url -> machines.get(url, "/"));
  }

  @Test
  void aMachineThatIsBeingStoppedIsStoppedOnceThoughTheServiceIsKilled() {
    server
        .with("TMUXBUILDER_UNTOUCHED_EVERY", "1s")
        .with("TMUXBUILDER_UNTOUCHED_STOP_AFTER", "2s")
        .with("TMUXBUILDER_UNTOUCHED_WARN_BEFORE", "1s")
        .start();
    killAt(call -> call.action().equals("StopInstances"));
    Client.Created site = create("dynamic");
    wire.whenHit().join();
    server.start();

    JsonNode stopped = site.await(now -> now.path("result").path("stopped").asBoolean());
    assertThat(stopped.get("status").asText()).isEqualTo("completed");
    assertThat(stopped.get("run").asInt()).isEqualTo(2);
    assertThat(
            site.client().stream(
                    site.answer().get("stream_url").asText() + "?since=0", sent -> false)
                .stream()
                .map(sent -> sent.data().path("message").asText())
                .filter(line -> line.contains("will be stopped on") || line.contains("Stopped the"))
                .toList())
        .hasSize(2);
  }

  private void survives(String type, Function<URI, String> page) {
    wire.follow();
    Client.Created whole = create(type);
    whole.completed();
    int making = mutating();
    wire.follow();
    destroyed(whole);
    int removing = mutating();
    assertThat(account.everything()).isEqualTo(before);

    for (int at : chosen(making)) {
      killAt(at);
      Client.Created site = create(type);
      wire.whenHit().join();
      server.start();
      JsonNode end = site.completed();
      String where = type + ", made, call " + at;
      assertThat(end.get("run").asInt()).as(where).isEqualTo(1);
      assertThat(end.get("release").asInt()).as(where).isEqualTo(1);
      assertThat(page.apply(URI.create(end.get("url").asText()))).as(where).contains("Rosehip");
      destroyed(site);
      assertThat(account.everything()).as(where).isEqualTo(before);
    }
    for (int at : chosen(removing)) {
      Client.Created site = create(type);
      site.completed();
      killAt(at);
      site.client().json(site.client().delete("/api/executions/" + site.id()), 202);
      wire.whenHit().join();
      server.start();
      site.await(now -> now.get("status").asText().equals("destroyed"));
      assertThat(account.everything()).as(type + ", removed, call " + at).isEqualTo(before);
    }
  }

  private static List<Integer> chosen(int calls) {
    assertThat(calls).isGreaterThan(3);
    int kills = KILLS.equals("all") ? calls : Integer.parseInt(KILLS);
    return IntStream.range(0, kills)
        .map(
            kill ->
                1 + (2 * kill + 1) * calls / (2 * kills)) // evenly, from the middle of each part
        .boxed()
        .toList();
  }

  private int mutating() {
    return (int) wire.calls().stream().filter(Wire.Call::mutating).count();
  }

  private void killAt(int number) {
    wire.onHit((call, mutating) -> mutating == number, server::kill);
  }

  private void killAt(Predicate<Wire.Call> wanted) {
    wire.onHit((call, mutating) -> wanted.test(call), server::kill);
  }

  private Client.Created create(String type) {
    Map<String, Object> wish = Client.wish("# Rosehip Bakery\n\nBread from a wood oven.\n");
    wish.put("host_provider", "aws");
    wish.put("site_type", type);
    return server.client().create(wish);
  }

  private static void destroyed(Client.Created site) {
    site.client().json(site.client().delete("/api/executions/" + site.id()), 202);
    site.await(now -> now.get("status").asText().equals("destroyed"));
  }
}
