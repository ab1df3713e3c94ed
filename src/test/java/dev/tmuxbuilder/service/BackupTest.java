package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.platform.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup of a service at work, and what comes of it on an empty directory. */
class BackupTest {
  @Test
  void afterARestoreSitesAreServedTokensWorkAndRunsGoOn(@TempDir Path folder) throws Exception {
    Path data = folder.resolve("data");
    Path file = folder.resolve("backup.tar");
    try (ServerProcess server = new ServerProcess(data).start()) {
      Client.Created site = server.client().create("# It comes back");
      String url = site.completed().get("url").asText();
      byte[] page = new SiteReader(server, url).get("/").body();
      JsonNode receipts = receipts(site);
      Client.Created underWay = server.client().create("# Cut in the middle");
      Awaitility.await("a run is under way")
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> underWay.status().get("current_step").asInt() >= 3);

      assertThat(program(data, "backup", file)).contains("while the service runs");

      assertThat(underWay.completed().get("release").asInt()).as("undisturbed").isEqualTo(1);
      assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
      assertThat(program(data, "restore", file)).contains("is not empty");
      server.kill();
      Awaitility.await("the database has ended")
          .atMost(Duration.ofSeconds(20))
          .until(() -> server.processesOfDataDirectory().isEmpty());
      delete(data);

      assertThat(program(data, "restore", file)).contains("Restored");
      server.start();

      assertThat(new SiteReader(server, url).get("/").body()).isEqualTo(page);
      assertThat(receipts(site)).isEqualTo(receipts);
      assertThat(underWay.completed().get("release").asInt()).isEqualTo(1);
      assertThat(site.post("redeploy", "").completed().get("release").asInt()).isEqualTo(2);
    }
  }

  @Test
  void whatIsNoBackupLeavesTheDirectoryEmpty(@TempDir Path folder) throws Exception {
    Path data = folder.resolve("data");
    Path file = Files.writeString(folder.resolve("other.tar"), "not an archive");

    assertThat(program(data, "restore", file)).contains("cannot be used");

    try (Stream<Path> left = Files.list(data)) {
      assertThat(left).allMatch(path -> path.endsWith("server.lock"));
    }
    assertThat(program(folder.resolve("none"), "backup", folder.resolve("b.tar")))
        .contains("no data directory");
  }

  /** What the command says, on both streams. */
  private static String program(Path data, String command, Path file)
      throws IOException, InterruptedException, TimeoutException {
    Processes.Result said =
        Processes.runBlocking(
            Processes.Command.of(
                Path.of("").toAbsolutePath(),
                Duration.ofMinutes(2),
                "env",
                "TMUXBUILDER_DATA_DIR=" + data,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                System.getProperty("tmuxbuilder.test.app"),
                command,
                file.toString()));
    return said.stdout() + said.stderr();
  }

  private static JsonNode receipts(Client.Created site) {
    return site.client().json(site.client().get("/api/executions/" + site.id() + "/receipts"), 200);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
