package dev.tmuxbuilder.identity;

import static dev.tmuxbuilder.service.Client.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.service.Client;
import dev.tmuxbuilder.service.Ports;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * Keycloak on loopback with a realm that is made for one test: people in groups, and clients. It is
 * a home of its own with a copy of the database that bin/lib/setup.sh has made, so that nothing of
 * a test lasts.
 */
final class Keycloak implements AutoCloseable {
  static final String CLIENT = "tmux-builder";

  /** A client whose tokens are for {@link #CLIENT} too, and end after a second. */
  static final String HASTY = "hasty";

  /** A client whose tokens are for nobody else. */
  static final String OTHER = "other";

  /** A program that has an account: in the group of writers. */
  static final String ROBOT = "robot";

  private static final String SETUP = "setup";
  private static final String REALM = "acme";
  private static final String ADMIN = "/admin/realms/" + REALM;
  private static final String KEYS = "org.keycloak.keys.KeyProvider";
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final int port = Ports.free();
  private final Map<String, String> secrets = new ConcurrentHashMap<>();
  private final Path home;
  private final Path log;
  private final Process process;

  /** Starts it, and does not wait until it answers. */
  Keycloak(Path home, String callback) throws IOException {
    Path program = program();
    this.home = home;
    log = home.resolve("log");
    Files.createDirectories(home.resolve("data/h2"));
    Files.createDirectories(home.resolve("data/import"));
    Files.createDirectories(home.resolve("providers"));
    Files.createSymbolicLink(home.resolve("lib"), program.resolve("lib"));
    Files.createSymbolicLink(home.resolve("conf"), program.resolve("conf"));
    String database = "data/h2/keycloakdb.mv.db";
    Files.copy(program.resolve(database), home.resolve(database));
    Files.writeString(home.resolve("data/import/realm.json"), text(realm(callback)));
    process =
        new ProcessBuilder(command(program, home))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
  }

  private static Path program() {
    Path cache =
        Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
            .filter(name -> !name.isEmpty())
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getenv("HOME"), ".cache"));
    Path program =
        cache
            .resolve("tmux-builder/keycloak")
            .resolve(System.getProperty("tmuxbuilder.test.keycloak"));
    if (!Files.isDirectory(program)) {
      throw new IllegalStateException(
          "Keycloak is missing in "
              + program
              + ": root=$PWD bash -c '. bin/lib/setup.sh; setup_jdk; setup_keycloak'");
    }
    return program;
  }

  private List<String> command(Path program, Path home) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms64m",
                "-Xmx400m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--sun-misc-unsafe-memory-access=allow"));
    for (String open : List.of("lang", "util", "util.concurrent", "security")) {
      command.add("--add-opens=java.base/java." + open + "=ALL-UNNAMED");
    }
    command.addAll(
        List.of(
            "-Dkc.home.dir=" + home,
            "-cp",
            program.resolve("lib/quarkus-run.jar").toString(),
            "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
            "start",
            "--optimized",
            "--import-realm",
            "--cache=local",
            "--http-enabled=true",
            "--http-host=127.0.0.1",
            "--http-port=" + port,
            "--hostname=" + origin()));
    return command;
  }

  /** Another site than the service's own 127.0.0.1, as a browser sees it. */
  String origin() {
    return "http://localhost:" + port;
  }

  String issuer() {
    return origin() + "/realms/" + REALM;
  }

  /** A client's secret or a person's password; made at the first time. */
  String secret(String whose) {
    return secrets.computeIfAbsent(
        whose,
        ignored -> {
          byte[] bytes = new byte[24];
          RANDOM.nextBytes(bytes);
          return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        });
  }

  void awaitReady() {
    Awaitility.await("Keycloak answers")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> !process.isAlive() || client().answers("/realms/" + REALM));
    if (!process.isAlive()) {
      throw new IllegalStateException("Keycloak ended: " + said());
    }
  }

  private String said() {
    try {
      return Files.readString(log);
    } catch (IOException none) {
      return "(no log)";
    }
  }

  private Map<String, Object> realm(String callback) {
    Map<String, Object> browser = client(CLIENT, "300", true);
    browser.put("standardFlowEnabled", true);
    browser.put("redirectUris", List.of(callback));
    return Map.of(
        "realm",
        REALM,
        "enabled",
        true,
        "components",
        Map.of(KEYS, List.of(signingKey(), key("hmac", "HS512"), key("aes", "AES"))),
        "groups",
        List.of(
            Map.of("name", "site-admins"), Map.of("name", "writers"), Map.of("name", "readers")),
        "clients",
        List.of(
            browser,
            client(HASTY, "1", true),
            client(OTHER, "300", false),
            client(ROBOT, "300", true),
            client(SETUP, "300", false)),
        "users",
        List.of(
            person("ana", "site-admins"),
            person("ben", "writers"),
            person("cleo", "readers"),
            account(ROBOT, Map.of("groups", List.of("/writers"), "attributes", organisation())),
            account(
                SETUP, Map.of("clientRoles", Map.of("realm-management", List.of("realm-admin"))))));
  }

  /** Made here, where that is quick: a service that has just started takes seconds for it. */
  private static Map<String, Object> signingKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      String key =
          Base64.getEncoder().encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
      return Map.of(
          "name",
          "first",
          "providerId",
          "rsa",
          "config",
          Map.of("priority", List.of("100"), "privateKey", List.of(key)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Map<String, Object> key(String kind, String algorithm) {
    return Map.of(
        "name",
        kind,
        "providerId",
        kind + "-generated",
        "config",
        Map.of("priority", List.of("100"), "algorithm", List.of(algorithm)));
  }

  private Map<String, Object> client(String id, String lifespan, boolean forUs) {
    List<Object> mappers =
        new ArrayList<>(
            List.of(
                mapper("groups", "oidc-group-membership-mapper", Map.of("full.path", "false")),
                mapper(
                    "organisation",
                    "oidc-usermodel-attribute-mapper",
                    Map.of("user.attribute", "organisation"))));
    if (forUs) {
      mappers.add(
          mapper("audience", "oidc-audience-mapper", Map.of("included.client.audience", CLIENT)));
    }
    Map<String, Object> client = new HashMap<>();
    client.put("clientId", id);
    client.put("secret", secret(id));
    client.put("standardFlowEnabled", false);
    client.put("directAccessGrantsEnabled", true);
    client.put("serviceAccountsEnabled", true);
    client.put(
        "attributes",
        Map.of("access.token.lifespan", lifespan, "pkce.code.challenge.method", "S256"));
    client.put("protocolMappers", mappers);
    return client;
  }

  private static Map<String, Object> mapper(String claim, String kind, Map<String, String> more) {
    Map<String, String> config = new HashMap<>(more);
    config.put("claim.name", claim);
    config.put("access.token.claim", "true");
    config.put("id.token.claim", "true");
    return Map.of(
        "name", claim, "protocol", "openid-connect", "protocolMapper", kind, "config", config);
  }

  private Map<String, Object> person(String name, String group) {
    return Map.of(
        "username",
        name,
        "enabled",
        true,
        "email",
        name + "@example.com",
        "emailVerified",
        true,
        "firstName",
        name,
        "lastName",
        "Example",
        "attributes",
        organisation(),
        "groups",
        List.of("/" + group),
        "credentials",
        List.of(Map.of("type", "password", "value", secret(name))));
  }

  private static Map<String, Object> organisation() {
    return Map.of("organisation", List.of("Acme"));
  }

  private static Map<String, Object> account(String client, Map<String, Object> more) {
    Map<String, Object> account = new HashMap<>(more);
    account.put("username", "service-account-" + client);
    account.put("enabled", true);
    account.put("serviceAccountClientId", client);
    return account;
  }

  private Client client() {
    return new Client(origin(), Optional.empty());
  }

  /** An access token for a person, by way of a client. */
  String token(String client, String person) {
    return token(
        client, Map.of("grant_type", "password", "username", person, "password", secret(person)));
  }

  /** An access token for the account of a program. */
  String token(String client) {
    return token(client, Map.of("grant_type", "client_credentials"));
  }

  private String token(String client, Map<String, String> grant) {
    Map<String, String> form = new HashMap<>(grant);
    form.put("client_id", client);
    form.put("client_secret", secret(client));
    form.put("scope", "openid");
    String body =
        form.entrySet().stream()
            .map(
                one ->
                    one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    HttpResponse<String> answer =
        client()
            .send(
                client()
                    .request("/realms/" + REALM + "/protocol/openid-connect/token")
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(body)));
    return client().json(answer, 200).get("access_token").asText();
  }

  private Client administrator() {
    return client().as(token(SETUP));
  }

  /** From now on the realm signs with a new key. */
  void rotateKeys() {
    Client administrator = administrator();
    JsonNode realm = administrator.json(administrator.get(ADMIN), 200);
    Map<String, Object> config =
        Map.of(
            "priority", List.of("1000"),
            "algorithm", List.of("RS256"),
            "keySize", List.of("2048"));
    Map<String, Object> key =
        Map.of(
            "name",
            "newer",
            "providerId",
            "rsa-generated",
            "providerType",
            KEYS,
            "parentId",
            realm.get("id").asText(),
            "config",
            config);
    requireDone(administrator.post(ADMIN + "/components", text(key)));
  }

  /** Takes a person out of all groups. */
  void takeOutOfGroups(String person) {
    Client administrator = administrator();
    JsonNode found =
        administrator.json(administrator.get(ADMIN + "/users?exact=true&username=" + person), 200);
    String user = ADMIN + "/users/" + found.get(0).get("id").asText() + "/groups";
    for (JsonNode group : administrator.json(administrator.get(user), 200)) {
      requireDone(administrator.delete(user + "/" + group.get("id").asText()));
    }
  }

  private static void requireDone(HttpResponse<String> answer) {
    if (answer.statusCode() / 100 != 2) {
      throw new IllegalStateException("Keycloak said " + answer.statusCode() + answer.body());
    }
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    Files.delete(home.resolve("lib")); // the directory is thrown away, and nothing behind it
    Files.delete(home.resolve("conf"));
  }
}
