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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts of a site's machine, on one whose nginx takes its time. */
class RolloutTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Scripts SCRIPTS = new Scripts("aws");

  /**
   * Its old workers stay beside the new ones for as long as their master does nothing. There is a
   * tenth of a second to see that; where it is missed, nothing is held.
   */
  private static final String HOLD_NGINX_BETWEEN_ITS_WORKERS =
      """
      #!/bin/sh
      count() {
        workers=0
        for one in /proc/[0-9]*/cmdline; do
          words=
          { read -r words <"$one"; } 2>/dev/null
          case $words in 'nginx: worker process'*down) ;; 'nginx: worker process'*) workers=$((workers + 1)) ;; esac
        done
      }
      master=$(cat /run/nginx.pid)
      count
      before=$workers
      echo >/double/watching
      until [ "$workers" -gt "$before" ] || [ -e /double/over ]; do count; done
      if [ ! -e /double/over ]; then
        kill -STOP "$master"
        sleep 2
        kill -CONT "$master"
      fi
      rm -f /double/over
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
        assertThat(machine.run("over", "#!/bin/sh\necho >/double/over")).succeedsWithin(PATIENCE);
        assertThat(held).succeedsWithin(PATIENCE);
      }
    }
  }

  @Test
  void whoBeganBeforeTheSwitchIsAnsweredByWhatWasLiveThen() throws IOException {
    try (Machine machine = new Machine(URI.create("http://127.0.0.1:9"))) {
      machine.run("setup", SCRIPTS.machine());
      assertThat(machine.run("first", rollout(machine, "One")))
          .succeedsWithin(PATIENCE)
          .returns(0, Machine.Result::code);
      try (SocketChannel slow = machine.connect()) {
        say(slow, "POST /slow HTTP/1.0\r\nHost: here\r\nContent-Length: 4\r\n\r\nha");
        CompletableFuture<Machine.Result> second = machine.run("second", rollout(machine, "Two"));
        Awaitility.await().atMost(PATIENCE).until(() -> visit(machine).endsWith("Two "));
        Awaitility.await("the old release stays for the slow one")
            .during(Duration.ofSeconds(1))
            .until(() -> !second.isDone());

        say(slow, "lf");

        assertThat(answer(slow)).startsWith("HTTP/1.1 200 ").endsWith("One /slow");
        assertThat(second).succeedsWithin(PATIENCE).returns(0, Machine.Result::code);
      }
      assertThat(visit(machine)).endsWith("Two /slow");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"if systemctl reload nginx; then", "say \"switched to"})
  void whoeverRepeatsWhatWasKilledLeavesOneProgramAndEveryVisitorIsAnswered(String next)
      throws IOException {
    try (Machine machine = new Machine(URI.create("http://127.0.0.1:9"))) {
      machine.run("setup", SCRIPTS.machine());
      assertThat(machine.run("first", rollout(machine, "One")))
          .succeedsWithin(PATIENCE)
          .returns(0, Machine.Result::code);
      String second = rollout(machine, "Two");
      assertThat(second).containsOnlyOnce(next);
      assertThat(machine.run("killed", second.replace(next, "kill -KILL $$\n" + next)))
          .succeedsWithin(PATIENCE)
          .returns(-1, Machine.Result::code);
      assertThat(programs(machine)).isEqualTo("One Two ");

      CompletableFuture<Machine.Result> again = machine.run("again", second);
      do {
        assertThat(visit(machine)).containsPattern("\r\n\r\n(One|Two) ");
      } while (!again.isDone());

      assertThat(again).succeedsWithin(PATIENCE).returns(0, Machine.Result::code);
      assertThat(programs(machine)).isEqualTo("Two ");
      assertThat(visit(machine)).contains("\r\n\r\nTwo ");
    }
  }

  /** The first words of the programs that answer on the ports of the two slots. */
  private static String programs(Machine machine) {
    return machine
        .run(
            "programs",
            """
            #!/bin/sh
            for port in 8001 8002; do
              curl -s --max-time 5 "http://127.0.0.1:$port/" | cut -d ' ' -f 1 | tr '\\n' ' '
            done
            """)
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .join()
        .out();
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
      say(way, "GET / HTTP/1.0\r\nHost: here\r\n\r\n");
      return answer(way);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void say(SocketChannel way, String words) throws IOException {
    way.write(ByteBuffer.wrap(words.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String answer(SocketChannel way) throws IOException {
    return new String(Channels.newInputStream(way).readAllBytes(), StandardCharsets.UTF_8);
  }
}
