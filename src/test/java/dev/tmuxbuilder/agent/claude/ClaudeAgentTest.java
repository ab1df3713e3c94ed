package dev.tmuxbuilder.agent.claude;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.agent.Agent;
import dev.tmuxbuilder.agent.AgentOutcome;
import dev.tmuxbuilder.agent.Cycles;
import dev.tmuxbuilder.agent.HostileWords;
import dev.tmuxbuilder.agent.Instruction;
import dev.tmuxbuilder.agent.Leftovers;
import dev.tmuxbuilder.agent.Task;
import dev.tmuxbuilder.agent.TaskWords;
import dev.tmuxbuilder.agent.Workshop;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.platform.Programs;
import dev.tmuxbuilder.service.FakeMessages.Reply;
import io.smallrye.mutiny.subscription.Cancellable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real Claude Code in the real tmux, by the adapter alone. */
class ClaudeAgentTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

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
  void aThousandHostileMessagesArriveToTheByteAndNoKeyReachesTmux() throws IOException {
    ExecutionId site = shop.session();
    Path tmux = loggingTmux();
    List<String> messages = HostileWords.of(new Random(7), 1000);
    Instruction instruction =
        shop.instruction(
            site,
            2,
            new Task.Change(
                messages.stream()
                    .map(text -> new Task.Message(UUID.randomUUID().toString(), text, List.of()))
                    .toList()));
    shop.model().script(site.session().toString(), new Reply.Say("I will not."));

    try (Leftovers leftovers = new Leftovers(folder.resolve("data"))) {
      AgentOutcome outcome =
          ClaudeAgents.in(shop, "claude.tmux", tmux.toString())
              .work(instruction, event -> {})
              .await()
              .atMost(PATIENCE);

      assertThat(outcome).isEqualTo(new AgentOutcome.Done("I will not."));
      leftovers.assertNone();
      assertThat(leftovers.commands()).anyMatch(command -> command.contains("launcher.mjs"));
      // Claude Code looks about with shells of its own; none may be on the way to it.
      assertThat(leftovers.commandsNotOf("stream-json"))
          .noneMatch(command -> isShell(command) && !command.contains(tmux.toString()));
    }
    assertThat(shop.model().requests(site.session().toString())).hasSize(1);
    List<String> arrived = said(site);
    List<String> sent = TaskWords.of(instruction);
    HostileWords.assertArrived(sent, arrived);
    assertThat(sent.subList(1, sent.size() - 1).equals(messages)).isTrue();
    assertThat(shop.source(site)).isEmptyDirectory();
    String told = Files.readString(tmux.resolveSibling("told"));
    assertThat(told.split("\0"))
        .contains("new-session")
        .doesNotContain("send-keys", "paste-buffer", "load-buffer", "set-buffer", "run-shell");
    assertThat(told).doesNotContain("touch source").doesNotContain("/clear");
  }

  /** The words of the last message of the last request. */
  private List<String> said(ExecutionId site) {
    JsonNode messages = shop.model().requests(site.session().toString()).getLast().get("messages");
    return messages.get(messages.size() - 1).get("content").findValuesAsText("text");
  }

  private static boolean isShell(String command) {
    String program = command.split(" ", 2)[0];
    return Set.of("sh", "bash", "dash", "zsh")
        .contains(program.substring(program.lastIndexOf('/') + 1));
  }

  /** The real tmux behind a program that writes down what it is told. */
  private Path loggingTmux() throws IOException {
    Path program = folder.resolve("tmux-with-log");
    Files.writeString(
        program,
        """
        #!/bin/sh
        printf '%%s\\0' "$@" >>'%s'
        exec '%s' "$@"
        """
            .formatted(folder.resolve("told"), Programs.find("tmux").orElseThrow()));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }

  @Test
  void startsAndStopsLeaveNothing() throws IOException {
    try (Cycles cycles = new Cycles(shop, "claude", folder.resolve("data"))) {
      List<ExecutionId> sites = Stream.generate(shop::session).limit(2).toList();
      cycles.once(sites.getFirst(), 1);
      long handles = Leftovers.handles();
      for (int run = 2; run < 4; run++) {
        cycles.once(sites.get(run % 2), run);
      }

      assertThat(Leftovers.handles()).isLessThanOrEqualTo(handles + 4);
      cycles.assertNothingIsLeft(sites);
    }
  }

  @Test
  void oneThatDiesAtAnyPointGoesOnAndIsGivenUpInTheEnd() {
    ExecutionId lucky = shop.session();
    ExecutionId doomed = shop.session();
    try (Leftovers leftovers = new Leftovers(folder.resolve("data"))) {
      Agent agent = ClaudeAgents.in(shop);
      script(
          lucky,
          dying(leftovers, lucky), // before it did anything
          write(lucky, "index.html"),
          dying(leftovers, lucky), // when it had written
          new Reply.Say("Made."));
      script(
          doomed,
          dying(leftovers, doomed),
          write(doomed, "index.html"),
          dying(leftovers, doomed),
          dying(leftovers, doomed));
      List<AgentOutcome> outcomes =
          Stream.of(lucky, doomed)
              .map(site -> agent.work(build(site), event -> {}).subscribeAsCompletionStage())
              .toList()
              .stream()
              .map(CompletableFuture::join)
              .toList();

      assertThat(outcomes.get(0)).isEqualTo(new AgentOutcome.Done("Made."));
      assertThat(outcomes.get(1))
          .isInstanceOfSatisfying(
              AgentOutcome.Failed.class,
              failed -> assertThat(failed.reason().code()).isEqualTo("agent_died"));
      leftovers.assertNone();
    }
    assertThat(shop.model().requests(lucky.session().toString()))
        .as("what it did is not done again")
        .hasSize(4);
  }

  @Test
  void whatFailedIsAskedAnewInTheSameConversation() {
    ExecutionId site = shop.session();
    script(site, new Reply.Refuse(401, "authentication_error"), new Reply.Say("Made."));
    Agent agent = ClaudeAgents.in(shop);

    AgentOutcome refused = agent.work(build(site), event -> {}).await().atMost(PATIENCE);
    AgentOutcome made = agent.work(build(site), event -> {}).await().atMost(PATIENCE);

    assertThat(refused).isInstanceOf(AgentOutcome.Failed.class);
    assertThat(made).isEqualTo(new AgentOutcome.Done("Made."));
  }

  private void script(ExecutionId site, Reply... replies) {
    shop.model().script(site.session().toString(), replies);
  }

  private Instruction build(ExecutionId site) {
    return shop.instruction(site, 1, new Task.Build(List.of()));
  }

  private Reply write(ExecutionId site, String file) {
    return new Reply.Use(
        "Write",
        Map.of("file_path", shop.source(site).resolve(file).toString(), "content", "<p>Bread"));
  }

  /** Its program is killed while it waits for an answer. */
  private static Reply dying(Leftovers leftovers, ExecutionId site) {
    return new Reply.Meanwhile(
        () -> leftovers.kill(site + "/turns"), new Reply.Say("Nobody hears this."));
  }

  @Test
  void theTurnAfterAnInterruptedOneIsNotEndedWithIt() throws Exception {
    ExecutionId site = shop.session();
    CountDownLatch asked = new CountDownLatch(1);
    script(
        site,
        new Reply.Meanwhile(
            asked::countDown, new Reply.Hold(new CountDownLatch(1), new Reply.Say("Never."))),
        new Reply.Say("Changed."));
    Agent agent = ClaudeAgents.in(shop);
    Instruction change =
        shop.instruction(
            site,
            2,
            new Task.Change(
                List.of(new Task.Message(UUID.randomUUID().toString(), "Rye, too.", List.of()))));
    List<String> told = new CopyOnWriteArrayList<>();

    Cancellable first = agent.work(build(site), event -> {}).subscribe().with(end -> {});
    assertThat(asked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    first.cancel();
    AgentOutcome second =
        agent.work(change, event -> told.add(event.toString())).await().atMost(PATIENCE);

    assertThat(second).isEqualTo(new AgentOutcome.Done("Changed."));
    assertThat(said(site)).contains("Rye, too.");
    assertThat(told).noneMatch(line -> line.contains("had ended") || line.contains("meanwhile"));
  }

  @Test
  void whoIsInterruptedHasEndedWithinFiveSeconds() throws Exception {
    ExecutionId site = shop.session();
    CountDownLatch asked = new CountDownLatch(1);
    script(
        site,
        new Reply.Meanwhile(
            asked::countDown, new Reply.Hold(new CountDownLatch(1), new Reply.Say("Never."))));
    try (Leftovers leftovers = new Leftovers(folder.resolve("data"))) {
      Cancellable work =
          ClaudeAgents.in(shop).work(build(site), event -> {}).subscribe().with(end -> {});
      assertThat(asked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      work.cancel();
      Awaitility.await("it has ended")
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(leftovers::assertNone);
    }
  }
}
