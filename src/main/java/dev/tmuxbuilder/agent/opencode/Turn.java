package dev.tmuxbuilder.agent.opencode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.agent.AgentErrors;
import dev.tmuxbuilder.agent.AgentEvent;
import dev.tmuxbuilder.agent.AgentEvents;
import dev.tmuxbuilder.agent.AgentOutcome;
import dev.tmuxbuilder.agent.Instruction;
import dev.tmuxbuilder.agent.ModelAccess;
import dev.tmuxbuilder.agent.TaskWords;
import dev.tmuxbuilder.platform.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import org.jboss.logging.Logger;

/**
 * One piece of work, from the words to the outcome. Where the server is lost, or this service was
 * restarted, the conversation goes on with another server. Methods block.
 */
final class Turn {
  private static final Logger LOG = Logger.getLogger(Turn.class);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration LAST_WORD = Duration.ofSeconds(2);
  private static final Duration ABORT = Duration.ofMillis(900);

  /** How often OpenCode asks again for an answer that is a refusal; the gateway has, by then. */
  private static final int RETRIES = 3;

  private final Pool pool;
  private final Settings.OpenCode settings;
  private final Instruction instruction;
  private final ModelAccess access;
  private final IntSupplier lastRefusal;
  private final AgentEvents events;
  private final UserHome home;
  private final Path folder;
  private final Path bookmark;

  /**
   * @param lastRefusal the status with which the model was refused last
   */
  Turn(
      Pool pool,
      Settings.OpenCode settings,
      Instruction instruction,
      ModelAccess access,
      IntSupplier lastRefusal,
      AgentEvents events) {
    this.pool = pool;
    this.settings = settings;
    this.instruction = instruction;
    this.access = access;
    this.lastRefusal = lastRefusal;
    this.events = events;
    this.home = pool.home(instruction.execution().user());
    this.folder = instruction.workspace();
    this.bookmark = home.turns().resolve(instruction.execution().session().toString());
  }

  AgentOutcome work() throws IOException, InterruptedException {
    home.make();
    UserHome.show(folder);
    Path key = home.key(instruction.execution().session());
    UserHome.write(key, access.token().getBytes(StandardCharsets.US_ASCII));
    UserHome.write(folder.resolve("opencode.json"), Configuration.of(settings).bytes(access, key));
    for (int times = 1; ; times++) {
      try {
        AgentOutcome outcome = once();
        if (outcome instanceof AgentOutcome.Failed) {
          done(); // the same again begins anew
        }
        return outcome;
      } catch (IOException lost) {
        if (times > settings.restarts()) {
          done();
          return new AgentOutcome.Failed(AgentErrors.died(times, how(lost)));
        }
        events.tell(
            AgentEvent.Note.warn(
                "agent", "OpenCode was lost (" + how(lost) + "); another goes on with its work"));
      }
    }
  }

  private void done() throws IOException {
    Bookmark.read(bookmark).withoutTurn().write(bookmark);
  }

  private AgentOutcome once() throws IOException, InterruptedException {
    Instance instance = pool.take(instruction.execution().user(), Optional.of(folder));
    try {
      return with(instance.server);
    } catch (IOException lost) {
      pool.suspect(instance);
      throw lost;
    } finally {
      pool.giveBack(instance);
    }
  }

  private AgentOutcome with(OpenCodeServer server) throws IOException, InterruptedException {
    server.forget(folder); // its configuration has a new token
    Bookmark known = Bookmark.read(bookmark);
    boolean there = !known.conversation().isEmpty() && server.knows(folder, known.conversation());
    String conversation =
        there ? known.conversation() : server.begin(folder, instruction.execution().toString());
    boolean again = there && known.asked(instruction.turn());
    if (again) {
      Optional<AgentOutcome> before =
          Endings.of(server.messages(folder, conversation), known.message());
      if (before.filter(it -> it instanceof AgentOutcome.Done).isPresent()) {
        return before.get();
      }
    } else {
      new Bookmark(conversation, instruction.turn(), "").write(bookmark);
    }
    tell(again);
    try (Listener listener =
        Listener.start(server, folder, conversation, events, id -> mark(conversation, id))) {
      List<String> words = again ? List.of(TaskWords.goOn()) : TaskWords.of(instruction);
      CompletableFuture<JsonNode> answer =
          server.say(folder, conversation, settings.model(), words);
      return follow(server, conversation, listener, answer);
    }
  }

  private void tell(boolean again) {
    events.tell(
        AgentEvent.Note.info(
            "agent",
            again
                ? "OpenCode had been stopped; its conversation goes on"
                : "OpenCode works, model " + settings.model()));
  }

  private void mark(String conversation, String message) {
    try {
      new Bookmark(conversation, instruction.turn(), message).write(bookmark);
    } catch (IOException lost) { // then, after a crash, the same is asked once more
      LOG.warnf("%s cannot be written: %s", bookmark, lost.getMessage());
    }
  }

  /** Waits for the end of the turn, or for what ends it. */
  private AgentOutcome follow(
      OpenCodeServer server,
      String conversation,
      Listener listener,
      CompletableFuture<JsonNode> answer)
      throws IOException, InterruptedException {
    try {
      while (true) {
        try {
          answer.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
          listener.awaitIdle(LAST_WORD);
          return outcome(server, conversation);
        } catch (TimeoutException notYet) {
          if (listener.refusals() >= RETRIES) {
            server.abort(folder, conversation, ABORT);
            return new AgentOutcome.Failed(AgentErrors.refused(lastRefusal.getAsInt()));
          }
          if (listener.silentFor().compareTo(settings.silence()) > 0) {
            server.abort(folder, conversation, ABORT);
            return new AgentOutcome.Failed(
                AgentErrors.hung(settings.silence(), "TMUXBUILDER_OPENCODE_SILENCE"));
          }
        }
      }
    } catch (ExecutionException broken) {
      throw lost(broken);
    } catch (InterruptedException stopped) {
      answer.cancel(true);
      server.abort(folder, conversation, ABORT);
      throw stopped;
    }
  }

  private static String how(IOException lost) {
    return lost.getMessage() == null ? "its connection broke" : lost.getMessage();
  }

  private static IOException lost(ExecutionException broken) {
    return switch (broken.getCause()) {
      case IOException gone -> gone;
      case UncheckedIOException refused -> new IOException(String.valueOf(refused.getCause()));
      case null, default -> new IOException(String.valueOf(broken.getCause()));
    };
  }

  private AgentOutcome outcome(OpenCodeServer server, String conversation)
      throws IOException, InterruptedException {
    JsonNode messages = server.messages(folder, conversation);
    keep(messages);
    return Endings.of(messages, Bookmark.read(bookmark).message())
        .orElseThrow(() -> new IOException("it ended its turn in the middle"));
  }

  /** What was said, where people look for it. */
  private void keep(JsonNode messages) throws IOException {
    Path logs = Files.createDirectories(folder.resolve("logs"));
    Files.writeString(
        logs.resolve("opencode-" + instruction.turn() + ".json"), messages.toPrettyString() + "\n");
  }
}
