package dev.tmuxbuilder.identity;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;

/**
 * Somebody who signs, on loopback, with keys made for one test: an OpenID Connect provider, a
 * team's Cloudflare Access and a load balancer's endpoint of keys in one.
 */
final class Issuer implements AutoCloseable {
  static final String AUDIENCE = "tmux-builder";

  private final HttpServer server;
  private final Map<String, PublicJsonWebKey> keys = new ConcurrentHashMap<>();
  private final Map<String, PublicKey> balancerKeys = new ConcurrentHashMap<>();
  private final Map<String, Grant> grants = new ConcurrentHashMap<>();
  private final String secret = UUID.randomUUID().toString();

  Issuer() throws IOException, JoseException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    addKey("first");
    answer("/.well-known/openid-configuration", this::discovery);
    answer("/keys", this::jwks);
    answer("/cdn-cgi/access/certs", this::jwks);
    server.createContext(
        "/elb/",
        exchange -> {
          String id = exchange.getRequestURI().getPath().substring("/elb/".length());
          PublicKey key = balancerKeys.get(id);
          byte[] body = key == null ? new byte[] {'?'} : pem(key);
          exchange.sendResponseHeaders(key == null ? 404 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.createContext(
        "/token",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          String client = exchange.getRequestHeaders().getFirst("Authorization");
          Optional<String> token = redeem(client == null ? "" : client, parameters(body));
          byte[] answer =
              token
                  .map(
                      id ->
                          "{\"access_token\":\"x\",\"token_type\":\"Bearer\",\"id_token\":\""
                              + id
                              + "\"}")
                  .orElse("{\"error\":\"invalid_grant\"}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(token.isPresent() ? 200 : 400, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  /** What a browser that was sent here has to be good for. */
  private record Grant(Map<String, String> asked, String idToken) {}

  static Map<String, String> parameters(String query) {
    return Arrays.stream(query.split("&"))
        .map(pair -> pair.split("=", 2))
        .collect(
            Collectors.toMap(
                pair -> pair[0],
                pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8),
                (one, other) -> one));
  }

  /** Somebody has signed in here: the code with which the browser goes back. */
  String grant(Map<String, String> asked, JwtClaims claims) throws JoseException {
    String code = UUID.randomUUID().toString();
    grants.put(code, new Grant(asked, token(claims)));
    return code;
  }

  /** Once, for the client that asked, with its secret and what its challenge was made of. */
  private Optional<String> redeem(String client, Map<String, String> body) {
    String expected =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((AUDIENCE + ":" + secret).getBytes(StandardCharsets.UTF_8));
    Grant grant = grants.remove(body.getOrDefault("code", ""));
    return grant != null
            && client.equals(expected)
            && "authorization_code".equals(body.get("grant_type"))
            && "S256".equals(grant.asked().get("code_challenge_method"))
            && challenge(body.getOrDefault("code_verifier", ""))
                .equals(grant.asked().get("code_challenge"))
            && Objects.equals(body.get("redirect_uri"), grant.asked().get("redirect_uri"))
        ? Optional.of(grant.idToken())
        : Optional.empty();
  }

  private static String challenge(String verifier) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(
              MessageDigest.getInstance("SHA-256")
                  .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** This service's secret here. */
  String secret() {
    return secret;
  }

  private void answer(String path, java.util.function.Supplier<String> json) {
    server.createContext(
        path,
        exchange -> {
          byte[] body = json.get().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  private static byte[] pem(PublicKey key) {
    return ("-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(key.getEncoded())
            + "\n-----END PUBLIC KEY-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  String balancerKeys() {
    return url() + "/elb";
  }

  private String discovery() {
    return """
    {"issuer": "%s", "jwks_uri": "%s/keys", "authorization_endpoint": "%s/authorize",
     "token_endpoint": "%s/token", "response_types_supported": ["code"],
     "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"]}
    """
        .formatted(url(), url(), url(), url());
  }

  private String jwks() {
    return keys.values().stream()
        .map(key -> key.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY))
        .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
  }

  /** A key that the issuer publishes from now on. */
  void addKey(String id) throws JoseException {
    keys.put(id, rsa(id));
  }

  PublicJsonWebKey key(String id) {
    return Objects.requireNonNull(keys.get(id), id);
  }

  static PublicJsonWebKey rsa(String id) throws JoseException {
    PublicJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
    key.setKeyId(id);
    return key;
  }

  /** Claims of somebody, good for ten minutes. */
  JwtClaims claims(String subject, String organisation, String... groups) {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(url());
    claims.setAudience(AUDIENCE);
    claims.setSubject(subject);
    claims.setExpirationTimeMinutesInTheFuture(10);
    claims.setIssuedAtToNow();
    claims.setClaim("email", subject + "@example.com");
    claims.setClaim("org", organisation);
    claims.setStringListClaim("groups", groups);
    return claims;
  }

  String token(JwtClaims claims) throws JoseException {
    return signed(claims, jws -> sign(jws, "RS256", key("first")));
  }

  static void sign(JsonWebSignature jws, String algorithm, PublicJsonWebKey key) {
    jws.setAlgorithmHeaderValue(algorithm);
    jws.setKeyIdHeaderValue(key.getKeyId());
    jws.setKey(key.getPrivateKey());
  }

  /** Signed in whatever way: the way is the caller's. */
  static String signed(JwtClaims claims, Consumer<JsonWebSignature> way) throws JoseException {
    JsonWebSignature jws = new JsonWebSignature();
    jws.setDoKeyValidation(false);
    jws.setAlgorithmConstraints(org.jose4j.jwa.AlgorithmConstraints.NO_CONSTRAINTS);
    jws.setPayload(claims.toJson());
    way.accept(jws);
    return jws.getCompactSerialization();
  }

  /** A key pair whose public half the load balancer's endpoint gives. */
  KeyPair addBalancerKey(String id) throws Exception {
    KeyPair pair = ec();
    balancerKeys.put(id, pair.getPublic());
    return pair;
  }

  static KeyPair ec() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  static Map<String, Object> balancerHeader(String signer, String keyId, long expires) {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("typ", "JWT");
    header.put("kid", keyId);
    header.put("alg", "ES256");
    header.put("iss", "https://idp.example.com");
    header.put("client", AUDIENCE);
    header.put("signer", signer);
    header.put("exp", expires);
    return header;
  }

  /** As the load balancer writes it: each part padded. */
  static String balancerToken(String header, String payload, KeyPair key) throws Exception {
    Base64.Encoder encoder = Base64.getUrlEncoder();
    String input =
        encoder.encodeToString(header.getBytes(StandardCharsets.UTF_8))
            + "."
            + encoder.encodeToString(payload.getBytes(StandardCharsets.UTF_8));
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(key.getPrivate());
    signature.update(input.getBytes(StandardCharsets.US_ASCII));
    return input + "." + encoder.encodeToString(signature.sign());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
