package dev.tmuxbuilder.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.platform.Settings;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Anthropic's Messages API. */
@ApplicationScoped
class AnthropicProvider implements Provider {
  static final Map<String, Call> CALLS =
      Map.of(
          "POST /v1/messages", new Call("/v1/messages", true),
          "POST /v1/messages/count_tokens", new Call("/v1/messages/count_tokens", false),
          "GET /v1/models", new Call("/v1/models", false));

  private static final Set<String> PASSED =
      Set.of("content-type", "accept", "user-agent", "x-app", "x-claude-code-session-id");

  private final Settings.Anthropic settings;

  AnthropicProvider(Settings settings) {
    this.settings = settings.gateway().anthropic();
  }

  @Override
  public String name() {
    return "anthropic";
  }

  @Override
  public Optional<URI> base() {
    return settings.key().isPresent() || settings.token().isPresent()
        ? Optional.of(settings.baseUrl())
        : Optional.empty();
  }

  @Override
  public Map<String, Call> calls() {
    return CALLS;
  }

  @Override
  public void authorise(MultiMap headers) {
    if (settings.key().isPresent()) {
      headers.set("x-api-key", settings.key().get());
    } else {
      settings.token().ifPresent(token -> headers.set("authorization", "Bearer " + token));
    }
  }

  @Override
  public boolean passes(String header) {
    return PASSED.contains(header)
        || header.startsWith("anthropic-")
        || header.startsWith("x-stainless-");
  }

  @Override
  public void count(JsonNode node, Tally tally) {
    JsonNode message = node.has("message") ? node.get("message") : node;
    tally.model(message.path("model"));
    JsonNode usage = message.path("usage");
    if (usage.isObject()) {
      tally.anthropic(usage);
    }
  }

  @Override
  public Buffer error(Refused refused) {
    return Buffer.buffer(
        Json.bytes(
            Map.of(
                "type",
                "error",
                "error",
                Map.of("type", refused.type(), "message", refused.message()))));
  }
}
