package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Who did what: a chain that only grows, and that a stranger can check. */
@ExtendWith(SharedServer.class)
class AuditTest {
  private final ServerProcess server;
  private final Client nobody;

  AuditTest(ServerProcess server) {
    this.server = server;
    this.nobody = server.client();
  }

  @AfterEach
  void nothingRunsOn() {
    server.cancelWhatRuns();
  }

  private static List<String> lines(Organisation ours) {
    return ours.admin().get(ours.path("/audit")).body().lines().toList();
  }

  @Test
  void itSaysWhoDidWhatFromWhereWithWhatOutcome() {
    Organisation ours = Organisation.of(nobody);
    Client viewer = ours.member("viewer");
    String viewerId = Client.tree(viewer.get("/api/session").body()).get("user_id").asText();
    assertThat(viewer.delete("/api/executions/" + ours.execution()).statusCode()).isEqualTo(403);
    server.operator().post("/api/cancel/" + ours.execution(), "");
    ours.admin().get("/api/status/" + ours.execution());

    List<JsonNode> lines = lines(ours).stream().map(Client::tree).toList();
    assertThat(lines)
        .extracting(
            line -> line.get("actor").asText(),
            line -> line.get("action").asText(),
            line -> line.get("target").asText(),
            line -> line.get("outcome").asInt() / 100)
        .startsWith(org.assertj.core.groups.Tuple.tuple("anonymous", "POST", "/api/create-user", 2))
        .contains(
            org.assertj.core.groups.Tuple.tuple(
                viewerId, "DELETE", "/api/executions/" + ours.execution(), 4))
        .anyMatch(line -> line.toList().get(0).equals("operator"))
        .noneMatch(line -> line.toList().get(1).equals("GET"));
    assertThat(lines).allMatch(line -> line.get("address").asText().equals("127.0.0.1"));
    assertThat(viewer.get(ours.path("/audit")).statusCode()).isEqualTo(403);
  }

  @Test
  void manyWhoWriteAtOnceMakeOneChainThatTheServiceItselfCannotChange(@TempDir Path folder)
      throws Exception {
    Organisation ours = Organisation.of(nobody);
    IntStream.range(0, 60)
        .parallel()
        .forEach(i -> ours.admin().post("/api/rollback/" + ours.execution(), "{}"));
    List<String> lines = lines(ours);
    assertThat(lines).hasSize(61);
    String previous = "0".repeat(64);
    for (String line : lines) {
      assertThat(Client.tree(line).get("previous").asText()).isEqualTo(previous);
      previous =
          HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-256")
                      .digest(line.getBytes(StandardCharsets.UTF_8)));
    }
    assertThat(verify(folder, lines)).isZero();
    List<String> forged = new ArrayList<>(lines);
    forged.set(7, forged.get(7).replace("\"outcome\":400", "\"outcome\":202"));
    assertThat(verify(folder, forged)).as("a line was changed").isEqualTo(1);
    forged = new ArrayList<>(lines);
    forged.remove(20);
    assertThat(verify(folder, forged)).as("a line was taken out").isEqualTo(1);
    assertThat(verify(folder, lines.subList(0, 50), "--head", previous))
        .as("lines were cut off")
        .isEqualTo(1);

    try (Connection service = new ServerDatabase(server.dataDirectory()).asService()) {
      ServerDatabase.execute(service, "set app.tenant = '" + ours.tenant() + "'");
      for (String sql : List.of("update audit set line = ''", "delete from audit")) {
        assertThatThrownBy(() -> ServerDatabase.execute(service, sql))
            .isInstanceOf(SQLException.class);
      }
    }
  }

  private static int verify(Path folder, List<String> lines, String... more)
      throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve("audit.jsonl"), lines);
    List<String> arguments = new ArrayList<>(List.of("audit", "verify", "--file", file.toString()));
    arguments.addAll(List.of(more));
    return CommandLineClient.run(Map.of(), arguments).exitCode();
  }
}
