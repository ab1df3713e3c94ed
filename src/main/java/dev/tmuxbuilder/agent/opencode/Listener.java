package dev.tmuxbuilder.agent.opencode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.agent.AgentEvent;
import dev.tmuxbuilder.agent.AgentEvents;
import dev.tmuxbuilder.execution.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Tells what happens in one conversation, as OpenCode's events have it. */
final class Listener implements AutoCloseable {
  /** Tools that change files. */
  static final Set<String> WRITERS = Set.of("write", "edit", "patch", "apply_patch");

  private static final Logger LOG = Logger.getLogger(Listener.class);
  private static final Duration CONNECT = Duration.ofSeconds(20);
  private static final int LONGEST_SUMMARY = 200;
  private static final List<String> TELLING =
      List.of("filePath", "command", "pattern", "path", "query", "description", "name");

  private final InputStream stream;
  private final Path folder;
  private final String conversation;
  private final AgentEvents events;
  private final Consumer<String> received;
  private final Set<String> ofUser = new HashSet<>();
  private final Set<String> told = new HashSet<>();
  private final CountDownLatch connected = new CountDownLatch(1);
  private final CountDownLatch idle = new CountDownLatch(1);
  private volatile long heard = System.nanoTime();
  private volatile int refusals;

  private Listener(
      InputStream stream,
      Path folder,
      String conversation,
      AgentEvents events,
      Consumer<String> received) {
    this.stream = stream;
    this.folder = folder;
    this.conversation = conversation;
    this.events = events;
    this.received = received;
  }

  /**
   * Blocks until nothing more is missed.
   *
   * @param received hears the name of the first message that a user says from now on
   */
  static Listener start(
      OpenCodeServer server,
      Path folder,
      String conversation,
      AgentEvents events,
      Consumer<String> received)
      throws IOException, InterruptedException {
    Listener listener = new Listener(server.events(folder), folder, conversation, events, received);
    Thread.ofVirtual().name("opencode events").start(listener::read);
    if (!listener.connected.await(CONNECT.toMillis(), TimeUnit.MILLISECONDS)) {
      listener.close();
      throw new IOException("OpenCode tells no events");
    }
    return listener;
  }

  /** Waits until all has been heard that was said before the turn's end. */
  void awaitIdle(Duration patience) throws InterruptedException {
    if (!idle.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.debugf("%s did not say that it is idle", conversation);
    }
  }

  /** How often in a row the model did not answer as it should; OpenCode itself asks on for ever. */
  int refusals() {
    return refusals;
  }

  Duration silentFor() {
    return Duration.ofNanos(System.nanoTime() - heard);
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("data:")) {
          hear(Json.mapper().readTree(line.substring(5)));
        }
      }
    } catch (IOException ended) { // closed, or the server is gone: who waits for the turn hears it
      LOG.debugf("events of %s end: %s", conversation, ended.getMessage());
    }
  }

  private void hear(JsonNode event) {
    connected.countDown();
    JsonNode properties = event.path("properties");
    if (!properties.has("sessionID")) {
      return;
    }
    heard = System.nanoTime(); // in a helper's conversation too
    if (!properties.path("sessionID").asText().equals(conversation)) {
      return;
    }
    switch (event.path("type").asText()) {
      case "message.updated" -> message(properties.path("info"));
      case "message.part.updated" -> part(properties.path("part"));
      case "session.status" -> status(properties.path("status"));
      case "session.idle" -> idle.countDown();
      default -> {}
    }
  }

  private void message(JsonNode info) {
    String id = info.path("id").asText();
    if (info.path("role").asText().equals("user") && ofUser.add(id) && ofUser.size() == 1) {
      received.accept(id);
    }
  }

  private void status(JsonNode status) {
    if (status.path("type").asText().equals("retry")) {
      refusals = status.path("attempt").asInt(refusals + 1);
      events.tell(AgentEvent.Note.warn("model", "The model does not answer; it is tried again"));
    }
  }

  private void part(JsonNode part) {
    if (ofUser.contains(part.path("messageID").asText())) {
      return;
    }
    String id = part.path("id").asText();
    boolean ended = part.path("time").has("end");
    switch (part.path("type").asText()) {
      case "text" -> {
        if (ended && told.add(id)) {
          events.tell(new AgentEvent.Text(part.path("text").asText()));
        }
      }
      case "reasoning" -> {
        if (ended && told.add(id)) {
          events.tell(new AgentEvent.Thinking(part.path("text").asText()));
        }
      }
      case "tool" -> tool(part.path("callID").asText(), part.path("tool").asText(), part);
      case "step-start" -> refusals = 0;
      case "step-finish" -> {
        if (told.add(id)) {
          usage(part.path("tokens"));
        }
      }
      default -> {}
    }
  }

  private void tool(String call, String tool, JsonNode part) {
    JsonNode state = part.path("state");
    String status = state.path("status").asText();
    boolean over = status.equals("completed") || status.equals("error");
    if ((over || status.equals("running")) && told.add(call)) {
      events.tell(new AgentEvent.ToolUse(call, tool, summary(state.path("input"))));
    }
    if (over && told.add(call + " over")) {
      boolean ok = status.equals("completed");
      String words = state.path(ok ? "output" : "error").asText();
      events.tell(new AgentEvent.ToolResult(call, ok, shortened(words)));
      String path = state.path("input").path("filePath").asText();
      if (ok && WRITERS.contains(tool) && !path.isEmpty()) {
        events.tell(new AgentEvent.FileChange(relative(path), AgentEvent.Change.WRITTEN));
      }
    }
  }

  private String relative(String path) {
    Path whole = folder.resolve(path).normalize();
    return whole.startsWith(folder) ? folder.relativize(whole).toString() : whole.toString();
  }

  /** The one word that says most: a file, a pattern. */
  private String summary(JsonNode input) {
    return shortened(
        TELLING.stream()
            .map(input::path)
            .filter(JsonNode::isTextual)
            .map(JsonNode::textValue)
            .findFirst()
            .orElse("")
            .replace(folder + "/", ""));
  }

  private void usage(JsonNode tokens) {
    events.tell(
        new AgentEvent.Usage(
            "",
            tokens.path("input").asLong() + tokens.path("cache").path("write").asLong(),
            tokens.path("cache").path("read").asLong(),
            tokens.path("output").asLong()));
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_SUMMARY ? text : text.substring(0, LONGEST_SUMMARY) + "…";
  }

  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException closedAnyway) {
      LOG.debugf("events of %s: %s", conversation, closedAnyway.getMessage());
    }
  }
}
