package dev.tmuxbuilder.agent.opencode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.agent.AgentOutcome;
import dev.tmuxbuilder.agent.AgentServers;
import dev.tmuxbuilder.agent.HostileWords;
import dev.tmuxbuilder.agent.Instruction;
import dev.tmuxbuilder.agent.Leftovers;
import dev.tmuxbuilder.agent.Task;
import dev.tmuxbuilder.agent.TaskWords;
import dev.tmuxbuilder.agent.Workshop;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.service.FakeMessages.Reply;
import dev.tmuxbuilder.service.Ports;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenCode's servers by the adapter alone. */
class OpenCodeAgentTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private @TempDir Path folder;
  private Workshop shop;

  @BeforeEach
  void open() {
    shop = new Workshop(folder.resolve("data"));
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void aThousandHostileMessagesArriveToTheByte() {
    ExecutionId site = shop.session();
    List<String> messages = HostileWords.of(new Random(11), 1000);
    Instruction instruction =
        shop.instruction(
            site,
            2,
            new Task.Change(
                messages.stream()
                    .map(text -> new Task.Message(UUID.randomUUID().toString(), text, List.of()))
                    .toList()));
    shop.model().script(site.session().toString(), new Reply.Say("I will not."));

    try (OpenCodes opencode =
        OpenCodes.in(shop, "opencode.base-port", Integer.toString(Ports.free()))) {
      assertThat(opencode.agent().work(instruction, event -> {}).await().atMost(PATIENCE))
          .isEqualTo(new AgentOutcome.Done("I will not."));
    }

    JsonNode asked = shop.model().requests(site.session().toString()).getLast().get("messages");
    List<String> arrived = asked.get(asked.size() - 1).get("content").findValuesAsText("text");
    List<String> sent = TaskWords.of(instruction);
    HostileWords.assertArrived(sent, arrived);
    assertThat(shop.source(site)).isEmptyDirectory();
  }

  @Test
  void aHundredUsersAtOnceAreServedByThreeServers() throws Exception {
    Path program = standIn();
    try (Leftovers leftovers = new Leftovers(folder.resolve("data"));
        OpenCodes opencode =
            OpenCodes.in(
                shop,
                "opencode.executable",
                program.toString(),
                "opencode.max",
                "3",
                "opencode.idle",
                "0s",
                "sites.sandbox", // walls are looked at elsewhere
                "off",
                "opencode.base-port",
                Integer.toString(Ports.free()));
        ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int user = 0; user < 100; user++) {
        answers.add(users.submit(() -> work(opencode.pool())));
      }
      List<AgentServers.Figures> seen = new ArrayList<>();
      Awaitility.await("everybody is served")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                seen.add(opencode.servers().figures());
                return answers.stream().allMatch(Future::isDone);
              });

      for (Future<Integer> answer : answers) {
        assertThat(answer.get()).isEqualTo(200);
      }
      assertThat(seen.stream().mapToLong(OpenCodeAgentTest::there).max()).hasValue(3);
      assertThat(seen.stream().mapToInt(AgentServers.Figures::waiting).max().orElse(0))
          .isGreaterThan(50);
      AgentServers.Figures end = opencode.servers().figures();
      assertThat(end.started()).isEqualTo(100);
      assertThat(end.failed()).isZero();
      assertThat(end.waiting()).isZero();
      opencode.close();
      leftovers.assertNone();
    }
  }

  private static long there(AgentServers.Figures figures) {
    return figures.servers().stream()
        .filter(it -> !List.of("stopped", "error").contains(it.state()))
        .count();
  }

  /** One user's work on its own server, which nobody takes away from it meanwhile. */
  private static int work(Pool pool) throws Exception {
    Instance mine = pool.take(new UserId(UUID.randomUUID()), Optional.empty());
    try (HttpClient http = HttpClient.newHttpClient()) { // the next one at this port is another's
      return http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + mine.server.port() + "/mine"))
                  .header("Authorization", mine.server.authorization())
                  .timeout(PATIENCE)
                  .build(),
              BodyHandlers.discarding())
          .statusCode();
    } finally {
      pool.giveBack(mine);
    }
  }

  /**
   * A program that is started as OpenCode is, and answers whoever has its password: here the pool
   * is looked at, and a hundred of the real one would take minutes.
   */
  private Path standIn() throws IOException {
    Path program = folder.resolve("opencode");
    Files.writeString(
        program,
        """
        #!/usr/bin/env node
        process.on('SIGTERM', () => process.exit(0));
        const http = require('node:http');
        const port = process.argv[process.argv.indexOf('--port') + 1];
        const word = 'opencode:' + process.env.OPENCODE_SERVER_PASSWORD;
        const wanted = 'Basic ' + Buffer.from(word).toString('base64');
        http
          .createServer((call, answer) => {
            answer.statusCode = call.headers.authorization === wanted ? 200 : 401;
            answer.end('{}');
          })
          .listen(Number(port), '127.0.0.1');
        """);
    assertThat(program.toFile().setExecutable(true, false)).isTrue();
    return program;
  }

  @Test
  void oneThatDiesGoesOnAndIsGivenUpInTheEndAndOneThatIsInterruptedIsAtNoWork() throws Exception {
    ExecutionId lucky = shop.session();
    ExecutionId doomed = shop.session();
    ExecutionId held = shop.session();
    CountDownLatch asked = new CountDownLatch(1);
    try (Leftovers leftovers = new Leftovers(folder.resolve("data"));
        OpenCodes opencode =
            OpenCodes.in(
                shop,
                "opencode.restarts",
                "1",
                "opencode.idle",
                "0s",
                "opencode.base-port",
                Integer.toString(Ports.free()))) {
      script(lucky, dying(leftovers, lucky), new Reply.Say("Made."));
      script(doomed, dying(leftovers, doomed), dying(leftovers, doomed));
      Reply never = new Reply.Hold(new CountDownLatch(1), new Reply.Say("Never."));
      script(held, new Reply.Meanwhile(asked::countDown, never));
      Cancellable work =
          opencode.agent().work(build(held), event -> {}).subscribe().with(end -> {});
      List<CompletableFuture<AgentOutcome>> others =
          Stream.of(lucky, doomed)
              .map(site -> opencode.agent().work(build(site), event -> {}))
              .map(Uni::subscribeAsCompletionStage)
              .toList();

      assertThat(asked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      work.cancel();
      Awaitility.await("its server is at no work and ends")
          .atMost(Duration.ofSeconds(5))
          .until(() -> turns(opencode, held) == 0);
      assertThat(others.get(0).get()).isEqualTo(new AgentOutcome.Done("Made."));
      assertThat(others.get(1).get())
          .isInstanceOfSatisfying(
              AgentOutcome.Failed.class,
              failed -> assertThat(failed.reason().code()).isEqualTo("agent_died"));
      assertThat(opencode.servers().figures().failed())
          .as("the death of one is no other's")
          .isEqualTo(3);
      opencode.close();
      leftovers.assertNone();
    }
  }

  private static int turns(OpenCodes opencode, ExecutionId site) {
    return opencode.servers().figures().servers().stream()
        .filter(server -> server.userId().equals(site.user().toString()))
        .mapToInt(AgentServers.Server::turns)
        .sum();
  }

  private void script(ExecutionId site, Reply... replies) {
    shop.model().script(site.session().toString(), replies);
  }

  private Instruction build(ExecutionId site) {
    return shop.instruction(site, 1, new Task.Build(List.of()));
  }

  /** Its program is killed while it waits for an answer. */
  private static Reply dying(Leftovers leftovers, ExecutionId site) {
    return new Reply.Meanwhile(
        () -> leftovers.kill("opencode/" + site.user() + "/home"),
        new Reply.Say("Nobody hears this."));
  }
}
