package dev.tmuxbuilder.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.platform.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an Application Load Balancer of AWS says of somebody whom it has let in, in {@code
 * x-amzn-oidc-data}: a token signed with ES256, whose parts are padded unlike those of RFC 7515,
 * and whose header holds who signed it and until when it is good. See "Authenticate users using an
 * Application Load Balancer" in its user guide.
 */
final class LoadBalancer {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9-]{1,64}");
  private static final Pattern REGION = Pattern.compile("arn:aws[a-z-]*:[a-z]+:([a-z0-9-]+):.+");
  private static final int LARGEST = 16 << 10;

  private final String signer;
  private final String keys;
  private final Clock clock;
  private final Cache<String, PublicKey> known =
      Caffeine.newBuilder().maximumSize(100).expireAfterWrite(Duration.ofHours(1)).build();

  /** Key ids that the endpoint does not know: not asked for again for a while. */
  private final Cache<String, Boolean> unknown =
      Caffeine.newBuilder().maximumSize(1000).expireAfterWrite(Duration.ofMinutes(1)).build();

  private LoadBalancer(String signer, String keys, Clock clock) {
    this.signer = signer;
    this.keys = keys;
    this.clock = clock;
  }

  /** Empty where none is set. */
  static Optional<LoadBalancer> of(Settings.Alb settings, Clock clock) {
    return settings
        .signer()
        .map(
            signer ->
                new LoadBalancer(
                    signer,
                    settings.keys().map(URI::toString).orElseGet(() -> endpoint(signer)),
                    clock));
  }

  private static String endpoint(String signer) {
    var region = REGION.matcher(signer);
    if (!region.matches()) {
      throw new dev.tmuxbuilder.platform.Refusal(
          "TMUXBUILDER_IDENTITY_ALB_SIGNER is not the ARN of a load balancer.",
          "It begins with arn:aws:elasticloadbalancing:");
    }
    return "https://public-keys.auth.elb." + region.group(1) + ".amazonaws.com";
  }

  /**
   * What it says. Blocks where a key has to be read.
   *
   * @throws NotProved where the configured load balancer did not sign it, or it is not good any
   *     more
   */
  Claims check(String data) throws InterruptedException {
    String[] parts = data.split("\\.", -1);
    if (parts.length != 3 || data.length() > LARGEST) {
      throw new NotProved("not a token");
    }
    JsonNode header = json(parts[0]);
    requireHeader(header);
    requireSignature(key(header.path("kid").asText()), parts);
    JsonNode payload = json(parts[1]);
    if (payload.has("exp")) {
      requireTime(payload);
    }
    String subject = payload.path("sub").asText();
    if (subject.isBlank()) {
      throw new NotProved("of nobody");
    }
    Map<String, Object> all = new HashMap<>();
    payload
        .properties()
        .forEach(
            each ->
                all.put(each.getKey(), Json.mapper().convertValue(each.getValue(), Object.class)));
    return new Claims(header.path("iss").asText(signer), subject, all);
  }

  private void requireHeader(JsonNode header) {
    if (!header.path("alg").asText().equals("ES256")) {
      throw new NotProved("another algorithm");
    }
    if (!header.path("signer").asText().equals(signer)) {
      throw new NotProved("another signer");
    }
    requireTime(header);
  }

  private void requireTime(JsonNode part) {
    if (!part.path("exp").isNumber()
        || part.get("exp").asLong() <= clock.instant().getEpochSecond()) {
      throw new NotProved("expired");
    }
  }

  private static void requireSignature(PublicKey key, String[] parts) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initVerify(key);
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      if (!signature.verify(bytes(parts[2]))) {
        throw new NotProved("another signature");
      }
    } catch (GeneralSecurityException broken) {
      throw new NotProved("no signature");
    }
  }

  private static JsonNode json(String part) {
    try {
      return Json.mapper().readTree(new String(bytes(part), StandardCharsets.UTF_8));
    } catch (JsonProcessingException broken) {
      throw new NotProved("not JSON");
    }
  }

  /** With its padding or without. */
  private static byte[] bytes(String part) {
    try {
      return Base64.getUrlDecoder().decode(part.replaceAll("=+$", ""));
    } catch (IllegalArgumentException broken) {
      throw new NotProved("not Base64");
    }
  }

  private PublicKey key(String id) throws InterruptedException {
    PublicKey key = known.getIfPresent(id);
    if (key != null) {
      return key;
    }
    if (!KEY_ID.matcher(id).matches() || unknown.getIfPresent(id) != null) {
      throw new NotProved("another key");
    }
    PublicKey read = read(id);
    known.put(id, read);
    return read;
  }

  private PublicKey read(String id) throws InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(keys + "/" + id)).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() / 100 == 4) {
        unknown.put(id, Boolean.TRUE);
        throw new NotProved("another key");
      }
      String pem = answer.body().replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
      return KeyFactory.getInstance("EC")
          .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(pem)));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException unreadable) {
      throw new Away("the load balancer", unreadable);
    }
  }
}
