package dev.tmuxbuilder.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.gateway.bedrock.Signer;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Anthropic's models on Amazon Bedrock, behind the form of Anthropic's own API: {@code InvokeModel}
 * and {@code InvokeModelWithResponseStream}
 * (https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html).
 */
@ApplicationScoped
class BedrockProvider implements Provider {
  static final Map<String, Call> CALLS =
      Map.of("POST /v1/messages", new Call("/v1/messages", true));

  private static final String VERSION = "bedrock-2023-05-31";
  private static final int SERVICE_UNAVAILABLE = 503;
  private static final int OVERLOADED = 529;

  private final Settings.Bedrock settings;
  private final AnthropicProvider anthropic;
  private final Map<String, String> models = new LinkedHashMap<>();
  private @Nullable Signer signer;

  BedrockProvider(Settings settings, AnthropicProvider anthropic) {
    this.settings = settings.gateway().bedrock();
    this.anthropic = anthropic;
    for (Settings.BedrockModel model : this.settings.models().orElse(List.of())) {
      models.put(model.name(), model.id());
    }
  }

  @Override
  public String name() {
    return "bedrock";
  }

  @Override
  public Optional<URI> base() {
    return settings
        .region()
        .map(
            region ->
                settings
                    .endpoint()
                    .orElseGet(
                        () -> URI.create("https://bedrock-runtime." + region + ".amazonaws.com")));
  }

  @Override
  public Map<String, Call> calls() {
    return CALLS;
  }

  /** The model is in the address there, and so is whether the answer is to be a stream. */
  @Override
  public Outgoing outgoing(Call call, String query, MultiMap headers, Buffer body) {
    ObjectNode wish = object(body);
    String model = wish.path("model").asText();
    String id = models.getOrDefault(model, model);
    if (!id.contains("anthropic.") && !id.startsWith("arn:")) {
      throw new NoSuchModel(model);
    }
    boolean streams = wish.path("stream").asBoolean();
    wish.remove("model");
    wish.remove("stream");
    wish.put("anthropic_version", VERSION);
    betas(headers, wish);
    return new Outgoing(
        "/model/"
            + URLEncoder.encode(id, StandardCharsets.UTF_8)
            + (streams ? "/invoke-with-response-stream" : "/invoke"),
        Buffer.buffer(Json.bytes(wish)));
  }

  private static ObjectNode object(Buffer body) {
    try {
      if (Json.mapper().readTree(body.getBytes()) instanceof ObjectNode object) {
        return object;
      }
      throw new IllegalArgumentException("no JSON object");
    } catch (IOException malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }

  /**
   * What is not stable yet is asked for in the body, and by names that it does not know it says no.
   */
  private void betas(MultiMap headers, ObjectNode wish) {
    ArrayNode passed = Json.mapper().createArrayNode();
    headers.getAll("anthropic-beta").stream()
        .flatMap(value -> Arrays.stream(value.split(",")))
        .map(String::strip)
        .filter(settings.betas()::contains)
        .forEach(passed::add);
    if (!passed.isEmpty()) {
      wish.set("anthropic_beta", passed);
    }
  }

  @Override
  public void authorise(MultiMap headers) {
    throw new UnsupportedOperationException("it is signed as a whole");
  }

  @Override
  public Future<Void> authorise(Context context, URI address, MultiMap headers, Buffer body) {
    return Future.fromCompletionStage(
            VirtualThreads.call("sign for bedrock", () -> signer().sign(address, body.getBytes()))
                .subscribeAsCompletionStage(),
            context)
        .map(
            signed -> {
              signed.forEach(headers::set);
              return null;
            });
  }

  /** Made when it is first needed: the SDK is large. */
  private synchronized Signer signer() {
    Signer known = signer;
    if (known == null) {
      known = new Signer(settings.region().orElseThrow(), settings.profile());
      signer = known;
    }
    return known;
  }

  @Override
  public boolean passes(String header) {
    return false;
  }

  /** It has no number of its own for having too much to do. */
  @Override
  public int status(int theirs) {
    return theirs == SERVICE_UNAVAILABLE ? OVERLOADED : theirs;
  }

  @Override
  public Optional<Translation> translation(int status, String mediaType) {
    if (mediaType.startsWith("application/vnd.amazon.eventstream")) {
      return Optional.of(new BedrockStream());
    }
    return status >= 400 ? Optional.of(new BedrockRefusal(status)) : Optional.empty();
  }

  @Override
  public void count(JsonNode node, Tally tally) {
    anthropic.count(node, tally);
  }

  @Override
  public Buffer error(Refused refused) {
    return anthropic.error(refused);
  }
}
