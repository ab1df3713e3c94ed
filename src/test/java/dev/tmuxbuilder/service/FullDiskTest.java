package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data directory that runs full while the service works. */
class FullDiskTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void aFullDiskIsSaidNothingIsLostAndAllGoesOnWhenThereIsRoomAgain(@TempDir Path folder)
      throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    TinyDisk disk = new TinyDisk(data, "size=400m");
    try (ServerProcess server = new ServerProcess(data).inside(disk.command()).start()) {
      Client.Created before = server.client().create("# Before");
      assertThat(before.completed().get("release").asInt()).isEqualTo(1);
      Path ballast = disk.file(server.pid(), "ballast");

      fill(ballast);

      Awaitility.await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                var ready = server.client().get("/q/health/ready");
                assertThat(ready.statusCode()).isEqualTo(503);
                assertThat(ready.body()).contains(data + " has 0 MiB left");
                // The look may have come while the last of the room went.
                assertThat(server.log()).containsPattern("WARN[^\\n]* has \\d+ MiB left");
              });
      var refused =
          server.client().post("/api/create-user", Client.text(Client.wish("# Too much")));
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      // The database may have room for a word more, or not: it is kept, or refused in words.
      String redeploy = "/api/redeploy/" + before.id();
      int answer = before.client().post(redeploy, "").statusCode();
      assertThat(answer).isIn(202, 503);
      assertThat(before.status().get("status").asText())
          .isIn(answer == 202 ? List.of("pending", "running") : List.of("completed"));

      Files.delete(ballast);

      if (answer == 503) {
        Awaitility.await()
            .atMost(SOON)
            .until(() -> before.client().post(redeploy, "").statusCode() == 202);
      }
      JsonNode end = before.completed();
      assertThat(end.get("release").asInt()).isEqualTo(2);
      assertThat(end.get("run").asInt()).isEqualTo(2);
      Awaitility.await().atMost(SOON).until(() -> server.client().answers("/q/health/ready"));
      assertThat(server.client().create("# After").completed().get("release").asInt()).isEqualTo(1);
      assertThat(server.stop()).isLessThan(Duration.ofSeconds(10));
    }
  }

  private static void fill(Path file) throws IOException {
    byte[] block = new byte[4096];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }
}
