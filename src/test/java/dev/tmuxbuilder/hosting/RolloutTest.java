package dev.tmuxbuilder.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.Artifact;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts of a site's machine, on one whose nginx takes its time. */
class RolloutTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Scripts SCRIPTS = new Scripts("aws");

  /** Its old workers stay beside the new ones for as long as their master does nothing. */
  private static final String HOLD_NGINX_BETWEEN_ITS_WORKERS =
      """
      #!/bin/sh
      workers() { grep -lsz '^nginx: worker process *$' /proc/[0-9]*/cmdline | wc -l; }
      master=$(cat /run/nginx.pid)
      before=$(workers)
      echo >/double/watching
      until [ "$(workers)" -gt "$before" ]; do sleep 0.01; done
      kill -STOP "$master"
      sleep 2
      kill -CONT "$master"
      """;

  private @TempDir Path files;

  @Test
  void nobodyComesToTheOldReleaseOnceTheNewOneIsLive() throws IOException {
    try (Machine machine = new Machine(URI.create("http://127.0.0.1:9"))) {
      assertThat(machine.run("setup", SCRIPTS.machine()))
          .succeedsWithin(PATIENCE)
          .returns(0, Machine.Result::code);
      for (String word : List.of("One", "Two")) {
        String script = rollout(machine, word);
        CompletableFuture<Machine.Result> held =
            machine.run("hold", HOLD_NGINX_BETWEEN_ITS_WORKERS);
        assertThat(
                machine.run("watched", "#!/bin/sh\nuntil rm /double/watching; do sleep 0.01; done"))
            .succeedsWithin(PATIENCE);

        assertThat(machine.run("rollout", script))
            .succeedsWithin(PATIENCE)
            .returns(0, Machine.Result::code);

        assertThat(Stream.generate(() -> visit(machine)).limit(40))
            .allSatisfy(answer -> assertThat(answer).endsWith("\r\n\r\n" + word + " "));
        assertThat(held).succeedsWithin(PATIENCE);
      }
    }
  }

  /** The script, with the release's archive where it looks for it. */
  private String rollout(Machine machine, String word) throws IOException {
    Artifact artifact = TestSites.artifact(files.resolve(word), TestSites.program(word));
    try (Bundle bundle = Bundle.of(artifact)) {
      machine.bring(bundle.file(), "archive");
    }
    String script =
        SCRIPTS.rollout(
            Map.of("RELEASE", artifact.sha256(), "SETUP_SECONDS", "30", "START_SECONDS", "30"));
    return script.replaceFirst(
        "(?s)fetch\\(\\) .*?\n}\n", "fetch() { cp /double/archive \"\\$1\"; }\n");
  }

  private static String visit(Machine machine) {
    try (SocketChannel way = machine.connect()) {
      way.write(
          ByteBuffer.wrap(
              "GET / HTTP/1.0\r\nHost: here\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
      return new String(Channels.newInputStream(way).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
