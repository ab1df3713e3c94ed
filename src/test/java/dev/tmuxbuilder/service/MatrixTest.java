package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Who may do what: every operation of the served OpenAPI document with every kind of caller. An
 * operation without a row here fails.
 */
@ExtendWith(SharedServer.class)
class MatrixTest {
  /** What an operation asks of its caller. */
  private enum Needs {
    NOTHING,
    A_USER,
    ANYBODY_KNOWN,
    VIEWER,
    EDITOR,
    ADMIN,
    OPERATOR
  }

  private static final Map<Needs, Set<String>> ROWS =
      Map.of(
          Needs.NOTHING, Set.of("createUser"),
          Needs.A_USER,
              Set.of(
                  "acceptInvitation",
                  "openCodeGet",
                  "openCodePost",
                  "openCodePut",
                  "openCodePatch",
                  "openCodeDelete"),
          Needs.ANYBODY_KNOWN,
              Set.of("session", "signIn", "signOut", "sharedRepos", "cloneSharedRepo"),
          Needs.VIEWER,
              Set.of(
                  "status",
                  "stream",
                  "screenshot",
                  "tests",
                  "receipts",
                  "receipt",
                  "resources",
                  "sessions",
                  "userCosts",
                  "chatHistory",
                  "files",
                  "file",
                  "environment",
                  "changes",
                  "diff",
                  "badge",
                  "members",
                  "tokens",
                  "addToken",
                  "quota",
                  "approvals",
                  "allowedHosts",
                  "revokeToken"),
          Needs.EDITOR,
              Set.of(
                  "chat",
                  "redeploy",
                  "rollback",
                  "cancel",
                  "terminal",
                  "share",
                  "setEnvironment",
                  "removeEnvironment"),
          Needs.ADMIN,
              Set.of(
                  "destroy",
                  "approve",
                  "setApprovals",
                  "takeTerminal",
                  "giveTerminal",
                  "typeIntoTerminal",
                  "setRole",
                  "removeMember",
                  "addServiceAccount",
                  "invite",
                  "invitations",
                  "revokeInvitation",
                  "audit",
                  "unshare",
                  "exportUser",
                  "eraseUser"),
          Needs.OPERATOR,
              Set.of(
                  "nodes",
                  "pool",
                  "costs",
                  "orphans",
                  "operatorsAudit",
                  "logLevels",
                  "setLogLevel",
                  "resetLogLevel",
                  "removeOrphans",
                  "budget",
                  "setBudget",
                  "removeBudget",
                  "rotateSecrets",
                  "setQuota",
                  "setAllowedHosts",
                  "removeQuota"));

  /** What ends the site, and then its owner. */
  private static final List<String> ENDS = List.of("destroy", "eraseUser");

  /** One cell's row. */
  private record Operation(String id, String method, String path, Needs needs) {}

  private final ServerProcess server;
  private final Client nobody;

  MatrixTest(ServerProcess server) {
    this.server = server;
    this.nobody = server.client();
  }

  @AfterEach
  void nothingRunsOn() {
    server.cancelWhatRuns();
  }

  private List<Operation> operations() {
    JsonNode document =
        Client.tree(
            nobody
                .send(nobody.request("/q/openapi").header("Accept", "application/json").GET())
                .body());
    List<Operation> all = new ArrayList<>();
    document
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method -> {
                          if (method.getValue().has("responses")) {
                            String id = method.getValue().path("operationId").asText("(none)");
                            all.add(
                                new Operation(
                                    id,
                                    method.getKey().toUpperCase(java.util.Locale.ROOT),
                                    path.getKey(),
                                    needs(id, path.getKey())));
                          }
                        }));
    return all;
  }

  private static Needs needs(String id, String path) {
    return ROWS.entrySet().stream()
        .filter(row -> row.getValue().contains(id))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () -> new AssertionError("the operation " + id + " at " + path + " has no row"));
  }

  @Test
  void everyOperationAnswersEveryCallerAsItsRowSays() throws Exception {
    Organisation ours = Organisation.of(nobody);
    Client viewer = ours.member("viewer");
    Client editor = ours.member("editor");
    Client other = nobody.create("# Other").client();
    JsonNode revoked = ours.token("admin", Optional.empty());
    ours.admin().delete(ours.path("/tokens/" + revoked.get("token_id").asText()));
    String expired = ours.token("admin", Optional.empty()).get("token").asText();
    expire(ours, expired);
    List<Client> refused =
        new ArrayList<>(
            List.of(
                nobody.as(revoked.get("token").asText()),
                nobody.as(expired),
                nobody.as("tb_" + UUID.randomUUID()),
                nobody.as("")));

    SoftAssertions matrix = new SoftAssertions();
    for (Operation operation : operations()) {
      for (Client bad : refused) {
        matrix.assertThat(status(operation, ours, bad)).as(operation + " bad").isEqualTo(401);
      }
      matrix
          .assertThat(status(operation, ours, nobody))
          .as(operation + " nobody")
          .isEqualTo(operation.needs() == Needs.NOTHING ? 400 : 401);
      check(matrix, operation, "other", status(operation, ours, other), 0);
      check(matrix, operation, "viewer", status(operation, ours, viewer), 1);
      check(matrix, operation, "editor", status(operation, ours, editor), 2);
    }
    // What an admin does may end things, so it comes last, and what destroys at the very end.
    Stream.concat(
            operations().stream().filter(operation -> !ENDS.contains(operation.id())),
            operations().stream()
                .filter(operation -> ENDS.contains(operation.id()))
                .sorted(Comparator.comparing(operation -> ENDS.indexOf(operation.id()))))
        .filter(operation -> !operation.id().equals("signOut"))
        .forEach(
            operation ->
                check(matrix, operation, "admin", status(operation, ours, ours.admin()), 3));
    matrix.assertAll();
  }

  /** Ranks: 0 is in another tenant, 1 a viewer, 2 an editor, 3 an admin. */
  private static void check(
      SoftAssertions matrix, Operation operation, String caller, int status, int rank) {
    var cell = matrix.assertThat(status).as(operation + " " + caller);
    int least =
        switch (operation.needs()) {
          case NOTHING, A_USER, ANYBODY_KNOWN -> 0;
          case VIEWER -> 1;
          case EDITOR -> 2;
          case ADMIN -> 3;
          case OPERATOR -> 4;
        };
    if (rank >= least) {
      cell.isNotIn(401, 403).isLessThan(500);
    } else if (rank == 0 && operation.needs() != Needs.OPERATOR) {
      cell.isEqualTo(404);
    } else {
      cell.isEqualTo(403);
    }
  }

  private static int status(Operation operation, Organisation ours, Client caller) {
    String path =
        operation
            .path()
            .replace("{execution_id}", ours.execution())
            .replace("{tenant_id}", ours.tenant())
            .replace("{user_id}", ours.tenant())
            .replace("{release}", "1")
            .replaceAll("\\{[a-z_]+}", UUID.randomUUID().toString());
    HttpRequest.BodyPublisher body =
        Set.of("POST", "PUT", "PATCH").contains(operation.method())
            ? HttpRequest.BodyPublishers.ofString("{}")
            : HttpRequest.BodyPublishers.noBody();
    try {
      HttpRequest request =
          caller
              .request(path)
              .header("Content-Type", "application/json")
              .method(operation.method(), body)
              .build();
      // A stream goes on: what its head says is enough.
      try (java.net.http.HttpClient http = java.net.http.HttpClient.newHttpClient()) {
        HttpResponse<java.io.InputStream> response =
            http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        response.body().close();
        http.shutdownNow();
        return response.statusCode();
      }
    } catch (java.io.IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private void expire(Organisation ours, String token) throws Exception {
    try (Connection superuser = new ServerDatabase(server.dataDirectory()).asSuperuser();
        PreparedStatement update =
            superuser.prepareStatement(
                "update access_tokens set expires_at = now() - interval '1 second'"
                    + " where token_sha256 = ?")) {
      update.setBytes(
          1,
          java.security.MessageDigest.getInstance("SHA-256")
              .digest(token.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }

  @Test
  void aForeignIdAndAMissingOneAreAlikeInBytesAndInTime() {
    Client us = nobody.create("# Us").client();
    String foreign = nobody.create("# Them").id();
    String missing = UUID.randomUUID() + foreign.substring(foreign.indexOf('_'));
    long[] ofForeign = new long[1_000];
    long[] ofMissing = new long[1_000];
    Map<String, String> bodies = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      ofForeign[i] = time(us, foreign, bodies);
      ofMissing[i] = time(us, missing, bodies);
    }
    assertThat(bodies.keySet()).as("one answer for both").hasSize(1);
    assertThat(Math.abs(median(ofForeign) - median(ofMissing)))
        .as("medians in ns: foreign %d, missing %d", median(ofForeign), median(ofMissing))
        .isLessThan(Math.max(200_000, median(ofMissing) / 5));
  }

  private static long time(Client client, String id, Map<String, String> bodies) {
    long start = System.nanoTime();
    HttpResponse<String> answer = client.get("/api/status/" + id);
    long took = System.nanoTime() - start;
    assertThat(answer.statusCode()).isEqualTo(404);
    bodies.putIfAbsent(answer.body(), id);
    return took;
  }

  private static long median(long[] times) {
    long[] sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
