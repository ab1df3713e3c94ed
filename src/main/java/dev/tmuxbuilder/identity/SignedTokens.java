package dev.tmuxbuilder.identity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jose4j.http.Get;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwt.consumer.Validator;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/**
 * JSON Web Tokens (RFC 7519) of one issuer, by the keys that it publishes. The keys are read when
 * the first token comes, kept for as long as the issuer says, and read again where a token names
 * one that is not among them. Algorithms are those that are named and no others, so that neither
 * {@code none} nor a public key that is taken for a shared secret (RFC 8725, 3.1) gets anywhere.
 */
final class SignedTokens {
  private static final int CLOCKS_DIFFER_SECONDS = 30;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long KEPT_SECONDS = TimeUnit.HOURS.toSeconds(1);

  /** Tokens with keys that nobody knows do not make this service ask again and again. */
  private static final long PAUSE_MILLIS = 3_000;

  private final String issuer;
  private final List<String> audiences;
  private final List<String> algorithms;
  private final Keys keys;
  private final boolean clientWillDo;
  private volatile @Nullable JwtConsumer consumer;

  /** Where the issuer's keys are; may ask for it, and blocks. */
  interface Keys {
    URI at() throws IOException, InterruptedException;
  }

  SignedTokens(String issuer, List<String> audiences, List<String> algorithms, Keys keys) {
    this(issuer, audiences, algorithms, keys, false);
  }

  private SignedTokens(
      String issuer,
      List<String> audiences,
      List<String> algorithms,
      Keys keys,
      boolean clientWillDo) {
    this.issuer = issuer;
    this.audiences = audiences;
    this.algorithms = algorithms;
    this.keys = keys;
    this.clientWillDo = clientWillDo;
  }

  /** Of a provider that says where its keys are (OpenID Connect Discovery 1.0). */
  static SignedTokens discovered(URI issuer, List<String> audiences, List<String> algorithms) {
    return new SignedTokens(
        issuer.toString(), audiences, algorithms, () -> discover(issuer.toString()));
  }

  /**
   * The same, with access tokens of Amazon Cognito: they have no audience, and name the client for
   * which they were made. See "Verifying JSON web tokens" in its developer guide.
   */
  SignedTokens orForClients() {
    return new SignedTokens(issuer, audiences, algorithms, keys, true);
  }

  private static URI discover(String issuer) throws IOException, InterruptedException {
    URI document = URI.create(issuer.replaceAll("/+$", "") + "/.well-known/openid-configuration");
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(document).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofString());
      JsonNode found = Json.read(answer.body(), JsonNode.class);
      if (answer.statusCode() != 200
          || !found.path("issuer").asText().equals(issuer)
          || !found.path("jwks_uri").isTextual()) {
        throw new IOException(document + " does not describe the issuer " + issuer);
      }
      return URI.create(found.get("jwks_uri").textValue());
    }
  }

  /**
   * What a token says. Blocks where keys have to be read.
   *
   * @throws NotProved where it is not signed by the issuer, for somebody else, or not of this time
   * @throws Away where the issuer's keys cannot be read
   */
  Claims check(String token) throws InterruptedException {
    try {
      JwtClaims claims = consumer().processToClaims(token);
      return new Claims(issuer, claims.getSubject(), claims.getClaimsMap());
    } catch (InvalidJwtException bad) {
      if (keysAreAway(bad)) {
        throw new Away(issuer, bad);
      }
      throw new NotProved(bad.hasErrorCode(ErrorCodes.EXPIRED) ? "expired" : "not proved");
    } catch (MalformedClaimException bad) {
      throw new NotProved("not well-formed");
    }
  }

  private static boolean keysAreAway(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvableKeyException && cause.getCause() instanceof IOException) {
        return true;
      }
    }
    return false;
  }

  private JwtConsumer consumer() throws InterruptedException {
    JwtConsumer known = consumer;
    if (known != null) {
      return known;
    }
    try {
      JwtConsumer made = make(keys.at());
      consumer = made;
      return made;
    } catch (IOException | RuntimeException unreadable) {
      throw new Away(issuer, unreadable);
    }
  }

  private JwtConsumer make(URI at) {
    Get get = new Get();
    get.setConnectTimeout((int) PATIENCE.toMillis());
    get.setReadTimeout((int) PATIENCE.toMillis());
    get.setRetries(1);
    HttpsJwks jwks = new HttpsJwks(at.toString());
    jwks.setSimpleHttpGet(get);
    jwks.setDefaultCacheDuration(KEPT_SECONDS);
    jwks.setRefreshReprieveThreshold(PAUSE_MILLIS);
    jwks.setRetainCacheOnErrorDuration(KEPT_SECONDS);
    Validator forUs = context -> isForUs(context.getJwtClaims()) ? null : "for somebody else";
    return new JwtConsumerBuilder()
        .setVerificationKeyResolver(new HttpsJwksVerificationKeyResolver(jwks))
        .setJwsAlgorithmConstraints(
            new AlgorithmConstraints(
                ConstraintType.PERMIT, Set.copyOf(algorithms).toArray(String[]::new)))
        .setExpectedIssuer(true, issuer)
        .setExpectedAudience(!clientWillDo, audiences.toArray(String[]::new))
        .registerValidator(forUs)
        .setRequireExpirationTime()
        .setRequireSubject()
        .setAllowedClockSkewInSeconds(CLOCKS_DIFFER_SECONDS)
        .build();
  }

  /** Who says no audience must say by {@code token_use} that its client's id stands for it. */
  private boolean isForUs(JwtClaims claims) {
    return claims.hasAudience()
        || ("access".equals(claims.getClaimValue("token_use"))
            && claims.getClaimValue("client_id") instanceof String client
            && audiences.contains(client));
  }
}
