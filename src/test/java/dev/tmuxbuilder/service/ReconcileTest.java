package dev.tmuxbuilder.service;

import static dev.tmuxbuilder.service.ServerDatabase.execute;
import static dev.tmuxbuilder.service.ServerDatabase.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.platform.ProcessSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What is not as it should be is found and mended, by a service that looks often. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReconcileTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private ServerProcess server;

  @BeforeAll
  void start(@TempDir Path folder) {
    server =
        new ServerProcess(folder.resolve("data"))
            .with("TMUXBUILDER_RECONCILE_EVERY", "0.3s")
            .with("TMUXBUILDER_RECONCILE_GRACE", "0.1s")
            .with("TMUXBUILDER_RUNS_CONCURRENT", "1")
            .start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static void soon(String what, Callable<Boolean> condition) {
    Awaitility.await(what).atMost(SOON).pollInterval(Duration.ofMillis(100)).until(condition);
  }

  @Test
  void aRunWhoseOwnerDoesNotEndItInTimeIsEndedWithWhatWasUnderWay() throws Exception {
    Client.Created site = server.client().create("# Slow\n" + "\n## More\n\nWords.\n".repeat(40));
    try (Connection superuser = new ServerDatabase(server.dataDirectory()).asSuperuser()) {
      soon(
          "the watchdog ends it",
          () -> {
            execute(superuser, "update steps set longest_ms = 1 where status = 'running'");
            return !site.status().get("status").asText().matches("pending|running");
          });
      JsonNode end = site.status();
      assertThat(end.get("status").asText()).isEqualTo("failed");
      assertThat(end.get("error").get("code").asText()).isEqualTo("deadline_exceeded");
      assertThat(end.get("error").get("hint").asText()).contains("TMUXBUILDER_RUNS_DEADLINE_");
      assertThat(
              texts(
                  superuser,
                  "select count(*) - max(seq) from events where execution_id = '"
                      + site.id()
                      + "'"))
          .as("events missing")
          .containsExactly("0");
    }
    site.post("redeploy", "").completed(); // its owner has let go
  }

  @Test
  void aDestructionThatTakesTooLongSaysSoAndIsTakenUpAgain() throws Exception {
    Map<String, Object> wish = Client.wish("# It stays");
    wish.put("site_type", "dynamic");
    Client.Created site = server.client().create(wish);
    site.completed();
    server.hold(site.answer().get("session_id").asText());

    site.client().json(site.client().delete("/api/executions/" + site.id()), 202);

    JsonNode goes = site.await(now -> now.get("deadline_at").isTextual());
    assertThat(Instant.parse(goes.get("deadline_at").asText()))
        .isBetween(
            Instant.now().plus(Duration.ofMinutes(50)), Instant.now().plus(Duration.ofMinutes(70)));
    try (Connection superuser = new ServerDatabase(server.dataDirectory()).asSuperuser()) {
      execute(
          superuser,
          "update executions set destruction_longest_ms = 1 where execution_id = '"
              + site.id()
              + "'");
    }
    JsonNode late = site.await(now -> now.get("status").asText().equals("failed"));
    assertThat(late.get("error").get("code").asText()).isEqualTo("deadline_exceeded");
    assertThat(late.get("deadline_at").isNull()).isTrue();
    site.await(now -> now.get("status").asText().equals("destroyed"));
  }

  @Test
  void aRunThatTheQueueDoesNotKnowGetsItsPlaceBack() throws SQLException, IOException {
    Client.Created first = server.client().create("# First");
    Client.Created second = server.client().create("# Second");
    try (Connection superuser = new ServerDatabase(server.dataDirectory()).asSuperuser()) {
      execute(
          superuser,
          "delete from scheduled_tasks where not picked and task_instance = '"
              + second.id()
              + "#1'");
    }
    first.completed();
    JsonNode end = second.completed();
    assertThat(end.get("logs").toString()).contains("\"stage\":\"reconcile\"");
    assertThat(server.client().get("/q/metrics").body())
        .containsPattern(
            "tmuxbuilder_reconciled_total\\{[^}]*fault=\"run_without_job\"[^}]*} [1-9]");
  }

  @Test
  void aStepThatIsUnderWayTellsItsDeadline() {
    Client.Created site = server.client().create("# Patient");
    int photographed = 5; // it takes long enough to be seen
    JsonNode running =
        site.await(
            now -> now.get("steps").get(photographed).get("status").asText().equals("running"));
    Instant until = Instant.parse(running.get("deadline_at").asText());
    assertThat(until).isAfter(Instant.now().plus(Duration.ofHours(2)));
    JsonNode step = running.get("steps").get(photographed);
    assertThat(Instant.parse(step.get("deadline_at").asText()))
        .isAfter(Instant.now().plus(Duration.ofMinutes(3)))
        .isBefore(until);
    JsonNode end = site.completed();
    assertThat(end.get("deadline_at").isNull()).isTrue();
    assertThat(end.get("steps").get(photographed).get("deadline_at").isNull()).isTrue();
    assertThat(end.get("logs").findValuesAsText("stage"))
        .contains("provision", "tag", "upload", "activate");
  }

  @Test
  void filesOfASessionThatNobodyHasArePutAwayAndOthersStay() throws IOException {
    Client.Created kept = server.client().create("# Kept");
    kept.completed();
    Path users = server.dataDirectory().resolve("users");
    String user = UUID.randomUUID().toString();
    Path stray = users.resolve(user).resolve("sessions/sess_20200101_000000_abcd");
    Files.createDirectories(stray.resolve("source"));
    Files.writeString(stray.resolve("source/index.html"), "mine");
    Path strayHome =
        server.dataDirectory().resolve("agents").resolve(user + "_" + stray.getFileName());
    Files.createDirectories(strayHome);
    Path sites = server.dataDirectory().resolve("sites");
    Path straySite = sites.resolve("left-over");
    Files.createDirectories(straySite);
    Path mine;
    try (var all = Files.list(users.resolve(kept.answer().get("user_id").asText() + "/sessions"))) {
      mine = all.findFirst().orElseThrow();
    }
    for (Path folder : new Path[] {mine, straySite, stray, strayHome}) {
      Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    }

    soon(
        "all are gone",
        () -> !Files.exists(stray) && !Files.exists(strayHome) && !Files.exists(straySite));

    Path lost = server.dataDirectory().resolve("lost");
    assertThat(
            lost.resolve("users")
                .resolve(user)
                .resolve("sessions/sess_20200101_000000_abcd/source/index.html"))
        .hasContent("mine");
    assertThat(lost.resolve("sites/left-over")).isDirectory();
    assertThat(lost.resolve("agents").resolve(strayHome.getFileName())).isDirectory();
    assertThat(mine.resolve("source")).isDirectory();
  }

  @Test
  void anAgentsSessionWhoseRunHasEndedEnds() throws Exception {
    Client.Created site = server.client().create("# Over");
    site.completed();
    String socket =
        server
            .dataDirectory()
            .resolve("agents-" + ProcessSpace.here().digits() + ".sock")
            .toString();
    assertThat(
            new ProcessBuilder(
                    "tmux",
                    "-S",
                    socket,
                    "-f",
                    "/dev/null",
                    "new-session",
                    "-d",
                    "-s",
                    "exec_" + site.id(),
                    "sleep",
                    "600")
                .start()
                .waitFor())
        .isZero();

    soon(
        "it is gone",
        () ->
            new ProcessBuilder("tmux", "-S", socket, "has-session", "-t", "=exec_" + site.id())
                    .start()
                    .waitFor()
                != 0);

    soon(
        "and counted",
        () ->
            server
                .client()
                .get("/q/metrics")
                .body()
                .matches(
                    "(?s).*tmuxbuilder_reconciled_total\\{[^}]*session_without_run[^}]*} [1-9].*"));
    assertThat(site.status().get("logs").toString())
        .contains("\"stage\":\"reconcile\"", "no run of this site");
  }

  @Test
  void aSitesProcessWhoseServiceIsGoneEnds() throws IOException, InterruptedException {
    ProcessBuilder orphaned =
        new ProcessBuilder("sh", "-c", "setsid sleep 300 >/dev/null 2>&1 & echo $!");
    orphaned
        .environment()
        .put("DATA_DIR", server.dataDirectory().resolve("users/x/state").toString());
    Process shell = orphaned.start();
    long pid = Long.parseLong(new String(shell.getInputStream().readAllBytes()).strip());
    shell.waitFor();
    soon("it ends", () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
  }
}
