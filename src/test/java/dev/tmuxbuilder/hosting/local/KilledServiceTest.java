package dev.tmuxbuilder.hosting.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.hosting.Site;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The service is killed, without a warning, in the middle of its work. */
class KilledServiceTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"auto", "off"})
  void nothingIsLostAndNoProcessStaysBehind(String sandbox) throws Exception {
    Artifact one = Artifacts.of(temp.resolve("one"), Map.of("index.html", "one"));
    Artifact two = Artifacts.of(temp.resolve("two"), Map.of("index.html", "two"));
    Artifact program = program();
    Path data = temp.resolve("data");
    for (int round = 0; round < 2; round++) {
      Process node = start(data, sandbox);
      try (BufferedReader output = node.inputReader()) {
        awaitReady(output);
        assertThat(programs()).isPositive();
        await()
            .pollDelay(Duration.ofMillis(ThreadLocalRandom.current().nextLong(50, 400)))
            .until(() -> true);
      } finally {
        node.destroyForcibly().waitFor();
      }
      await().atMost(Duration.ofSeconds(10)).until(() -> programs() == 0);
    }

    try (LocalSites after = new LocalSites(data, Map.of("tmuxbuilder.sites.sandbox", sandbox))) {
      RawHttp.Answer answer = after.get("pages", "/");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text())
          .isEqualTo(answer.header("x-release").equals(one.sha256()) ? "one" : "two");
      assertThat(after.get("program", "/version").text()).isEqualTo("steady");
      Site pages = after.site("pages", SiteType.STATIC);
      after.upload(pages, two);
      after.activate(pages, two);
      assertThat(after.get("pages", "/").text()).isEqualTo("two");
      after
          .host
          .destroy(after.site("passing", SiteType.STATIC), after.lines)
          .await()
          .atMost(LocalSites.LIMIT);
      assertThat(data.resolve("sites/passing")).doesNotExist();
    }
    assertThat(program.files()).hasSize(1);
    assertThat(programs()).isZero();
  }

  private Artifact program() throws IOException {
    try (InputStream source =
        Objects.requireNonNull(
            KilledServiceTest.class.getResourceAsStream("/hosting/server.mjs"))) {
      String text = new String(source.readAllBytes(), StandardCharsets.UTF_8);
      return Artifacts.of(
          temp.resolve("program"), Map.of("server.mjs", text.replace("VERSION", "steady")));
    }
  }

  private Process start(Path data, String sandbox) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            UntilKilled.class.getName(),
            data.toString(),
            temp.resolve("one").toString(),
            temp.resolve("two").toString(),
            temp.resolve("program").toString(),
            sandbox)
        .redirectErrorStream(true)
        .start();
  }

  private static void awaitReady(BufferedReader output) throws IOException {
    StringBuilder seen = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.equals("ready")) {
        return;
      }
      seen.append(line).append('\n');
    }
    throw new AssertionError("the node ended before it was ready:\n" + seen);
  }

  /** Counts processes that work in a release of this test. */
  private long programs() {
    return ProcessHandle.allProcesses()
        .filter(
            process -> {
              try {
                Path directory = Path.of("/proc", Long.toString(process.pid()), "cwd");
                return directory.toRealPath().startsWith(temp.resolve("data/sites"));
              } catch (IOException ended) {
                return false;
              }
            })
        .count();
  }
}
