package dev.tmuxbuilder.hosting.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.service.Client;
import dev.tmuxbuilder.service.ServerProcess;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/** The master key is wrapped by a key of AWS that never leaves it. */
class KeyServiceTest {
  private static final String ALIAS = "alias/tmux-builder-test";

  @Test
  void onlyTheKeyServiceOpensTheMasterKeyAndACommandMakesANewOne(@TempDir Path folder)
      throws Exception {
    try (Emulator emulator = Emulator.start(Map.of());
        KmsClient keys =
            KmsClient.builder()
                .endpointOverride(emulator.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create("anybody", "anybody")))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
        ServerProcess server =
            new ServerProcess(folder.resolve("data"))
                .with("TMUXBUILDER_AWS_ENDPOINT", emulator.endpoint().toString())
                .with("TMUXBUILDER_SECRETS_KMS_KEY", ALIAS)) {
      Path file = server.dataDirectory().resolve("master.secret");
      Files.createDirectories(file.getParent());
      String plain = "0".repeat(60) + "1234"; // of a time without a key service
      Files.writeString(file, plain + "\n");
      String key = keys.createKey(request -> {}).keyMetadata().arn();
      keys.createAlias(alias -> alias.aliasName(ALIAS).targetKeyId(key));
      server.start();
      Client operator = server.operator();

      Map<String, Object> wish = Client.wish("# Keeper");
      wish.put("site_type", "dynamic");
      Client.Created site = server.client().create(wish);
      assertThat(set(site, "ONE").statusCode()).isEqualTo(200);
      JsonNode rotated = operator.json(operator.post("/api/secrets/rotate", ""), 200);
      assertThat(rotated.get("sites").asInt()).isEqualTo(1);

      List<String> lines = Files.readAllLines(file);
      assertThat(lines.getFirst()).startsWith("kms " + key + " ");
      assertThat(lines.get(1)).as("for nodes that are still at work with it").isEqualTo(plain);
      operator.json(operator.post("/api/secrets/rotate", ""), 200);
      assertThat(Files.readAllLines(file)).hasSize(2).allMatch(line -> line.startsWith("kms "));
      assertThat(Files.readAllLines(file).get(1)).isEqualTo(lines.getFirst());
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");

      server.kill();
      server.start();
      assertThat(set(site, "TWO").body()).as("it opens what it sealed").contains("ONE", "TWO");

      server.kill();
      emulator.reset(); // the key is gone
      assertThat(server.refusal())
          .contains("The key service does not give the master key", "kms:Decrypt");
    }
  }

  private static HttpResponse<String> set(Client.Created site, String name) {
    Client owner = site.client();
    return owner.send(
        owner
            .request("/api/executions/" + site.id() + "/env")
            .header("Content-Type", "application/json")
            .PUT(
                HttpRequest.BodyPublishers.ofString(
                    Client.text(Map.of("variables", Map.of(name, "value of " + name))))));
  }
}
