package dev.tmuxbuilder.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.platform.Settings;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Chat completions in the form of OpenAI's API, as many servers of models offer them. */
@ApplicationScoped
class OpenAiProvider implements Provider {
  private static final String ROOT = "/openai/v1";

  static final Map<String, Call> CALLS =
      Map.of(
          "POST " + ROOT + "/chat/completions", new Call("/chat/completions", true),
          "GET " + ROOT + "/models", new Call("/models", false));

  private static final Set<String> PASSED = Set.of("content-type", "accept", "user-agent");

  private final Settings.OpenAi settings;

  OpenAiProvider(Settings settings) {
    this.settings = settings.gateway().openai();
  }

  @Override
  public String name() {
    return "openai";
  }

  @Override
  public Optional<URI> base() {
    return settings.baseUrl();
  }

  @Override
  public Map<String, Call> calls() {
    return CALLS;
  }

  @Override
  public void authorise(MultiMap headers) {
    settings.key().ifPresent(key -> headers.set("authorization", "Bearer " + key));
  }

  @Override
  public boolean passes(String header) {
    return PASSED.contains(header);
  }

  /** A stream tells what it used only where it is asked to. */
  @Override
  public Outgoing outgoing(Call call, String query, MultiMap headers, Buffer body) {
    return new Outgoing(call.path() + query, body(call, body));
  }

  private static Buffer body(Call call, Buffer body) {
    if (!call.counts()) {
      return body;
    }
    try {
      if (!(Json.mapper().readTree(body.getBytes()) instanceof ObjectNode wish)) {
        throw new IllegalArgumentException("no JSON object");
      }
      if (!wish.path("stream").asBoolean()) {
        return body;
      }
      JsonNode options = wish.path("stream_options");
      ObjectNode asked =
          options instanceof ObjectNode object ? object : wish.putObject("stream_options");
      asked.put("include_usage", true);
      return Buffer.buffer(Json.bytes(wish));
    } catch (IOException malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }

  @Override
  public void count(JsonNode node, Tally tally) {
    tally.model(node.path("model"));
    JsonNode usage = node.path("usage");
    if (usage.isObject()) {
      tally.openAi(usage);
    }
  }

  @Override
  public Buffer error(Refused refused) {
    return Buffer.buffer(
        Json.bytes(
            Map.of(
                "error",
                Map.of(
                    "message",
                    refused.message(),
                    "type",
                    refused.type(),
                    "code",
                    refused.code()))));
  }
}
