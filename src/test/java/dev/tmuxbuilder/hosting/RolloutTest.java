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
import org.junit.jupiter.params.provider.CsvSource;
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

  /** Where a rollout is killed in its switch. */
  private enum Killed {
    BEFORE_ITS_RELOAD("if ! { take_up", "kill -KILL $$\nif ! { take_up"),
    IN_ITS_RELOAD("systemctl reload nginx", "systemctl reload nginx; kill -KILL $$"),
    AFTER_ITS_RELOAD("say \"switched", "kill -KILL $$\nsay \"switched"),
    WHEN_IT_IS_SURE(
        "live.conf.undo\n  wait_for_their", "live.conf.undo; kill -KILL $$\n  wait_for_their");

    private final String part;
    private final String deadly;

    Killed(String part, String deadly) {
      this.part = part;
      this.deadly = deadly;
    }

    String in(String script) {
      assertThat(script).containsOnlyOnce(part);
      return script.replace(part, deadly);
    }
  }

  private @TempDir Path files;

  @Test
  void nobodyComesToTheOldReleaseOnceTheNewOneIsLive() throws IOException {
    try (Machine machine = new Machine(URI.create("http://127.0.0.1:9"))) {
      assertThat(machine.run("setup", SCRIPTS.machine()))
          .succeedsWithin(PATIENCE)
          .returns(0, Machine.Result::code);
      for (String word : List.of("One", "Two")) {
        String script = rollout(machine, word);
        CompletableFuture<Machine.Result> held = hold(machine);

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
      begin(machine);
      try (SocketChannel slow = machine.connect()) {
        say(slow, "POST /slow HTTP/1.0\r\nHost: here\r\nContent-Length: 4\r\n\r\nha");
        CompletableFuture<Machine.Result> second = machine.run("second", rollout(machine, "Two"));
        Awaitility.await().atMost(PATIENCE).until(() -> visit(machine).endsWith("Two "));
        staysForTheSlowOne(second);

        say(slow, "lf");

        assertThat(answer(slow)).startsWith("HTTP/1.1 200 ").endsWith("One /slow");
        assertThat(second).succeedsWithin(PATIENCE).returns(0, Machine.Result::code);
      }
      assertThat(visit(machine)).endsWith("Two /slow");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BEFORE_ITS_RELOAD, One, One",
    "BEFORE_ITS_RELOAD, Two, One|Two",
    "BEFORE_ITS_RELOAD, Three, One|Three",
    "IN_ITS_RELOAD, One, One|Two",
    "IN_ITS_RELOAD, Two, One|Two",
    "IN_ITS_RELOAD, Three, One|Two|Three",
    "AFTER_ITS_RELOAD, One, One|Two",
    "AFTER_ITS_RELOAD, Two, Two",
    "AFTER_ITS_RELOAD, Three, One|Two|Three",
    "WHEN_IT_IS_SURE, One, One|Two",
    "WHEN_IT_IS_SURE, Two, Two",
    "WHEN_IT_IS_SURE, Three, Two|Three",
  })
  void whatComesAfterAKilledRolloutServesAloneAndEveryVisitorIsAnswered(
      Killed killed, String wanted, String met) throws IOException {
    try (Machine machine = new Machine(URI.create("http://127.0.0.1:9"))) {
      begin(machine);
      String second = rollout(machine, "Two");
      CompletableFuture<Machine.Result> held =
          killed == Killed.IN_ITS_RELOAD ? hold(machine) : CompletableFuture.completedFuture(null);
      kill(machine, killed.in(second));

      CompletableFuture<Machine.Result> next = machine.run("next", rollout(machine, wanted));
      do {
        assertThat(visit(machine)).containsPattern("\r\n\r\n(" + met + ") ");
      } while (!next.isDone());

      assertThat(next).succeedsWithin(PATIENCE).returns(0, Machine.Result::code);
      assertThat(programs(machine)).isEqualTo(wanted + " ");
      assertThat(visit(machine)).contains("\r\n\r\n" + wanted + " ");
      assertThat(machine.run("over", "#!/bin/sh\necho >/double/over")).succeedsWithin(PATIENCE);
      assertThat(held).succeedsWithin(PATIENCE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"One", "Three"})
  void whoBeganWithWhatIsUndoneIsAnsweredByIt(String wanted) throws IOException {
    try (Machine machine = new Machine(URI.create("http://127.0.0.1:9"))) {
      begin(machine);
      kill(machine, Killed.AFTER_ITS_RELOAD.in(rollout(machine, "Two")));
      try (SocketChannel slow = machine.connect()) {
        say(slow, "POST /slow HTTP/1.0\r\nHost: here\r\nContent-Length: 4\r\n\r\nha");
        CompletableFuture<Machine.Result> next = machine.run("next", rollout(machine, wanted));
        Awaitility.await().atMost(PATIENCE).until(() -> visit(machine).endsWith("One "));
        staysForTheSlowOne(next);

        say(slow, "lf");

        assertThat(answer(slow)).startsWith("HTTP/1.1 200 ").endsWith("Two /slow");
        assertThat(next).succeedsWithin(PATIENCE).returns(0, Machine.Result::code);
      }
      assertThat(programs(machine)).isEqualTo(wanted + " ");
    }
  }

  @Test
  void whoBeganBeforeASwitchThatWasKilledIsAnsweredBeforeAThirdTakesThePlace() throws IOException {
    try (Machine machine = new Machine(URI.create("http://127.0.0.1:9"))) {
      begin(machine);
      try (SocketChannel slow = machine.connect()) {
        say(slow, "POST /slow HTTP/1.0\r\nHost: here\r\nContent-Length: 4\r\n\r\nha");
        kill(machine, Killed.WHEN_IT_IS_SURE.in(rollout(machine, "Two")));
        CompletableFuture<Machine.Result> third = machine.run("third", rollout(machine, "Three"));
        staysForTheSlowOne(third);

        say(slow, "lf");

        assertThat(answer(slow)).startsWith("HTTP/1.1 200 ").endsWith("One /slow");
        assertThat(third).succeedsWithin(PATIENCE).returns(0, Machine.Result::code);
      }
      assertThat(programs(machine)).isEqualTo("Three ");
    }
  }

  @Test
  void theMachineTellsWhichReleasesWereLiveTheLatestFirst() throws IOException {
    try (Machine machine = new Machine(URI.create("http://127.0.0.1:9"))) {
      machine.run("setup", SCRIPTS.machine());
      assertThat(lived(machine, "One")).containsExactly(digits("One"));
      assertThat(lived(machine, "Two")).containsExactly(digits("Two"), digits("One"));
      assertThat(lived(machine, "Three"))
          .containsExactly(digits("Three"), digits("Two"), digits("One"));
      for (String once : List.of("switched", "serves already")) {
        assertThat(lived(machine, "One"))
            .as(once)
            .containsExactly(digits("One"), digits("Three"), digits("Two"));
      }
    }
  }

  private List<String> lived(Machine machine, String word) throws IOException {
    Machine.Result result =
        machine
            .run("rollout", rollout(machine, word))
            .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .join();
    return new MachineReport("", result.code(), result.out(), result.err()).lived();
  }

  private String digits(String word) {
    return TestSites.artifact(files.resolve(word), TestSites.program(word))
        .sha256()
        .substring(0, 12);
  }

  private static void staysForTheSlowOne(CompletableFuture<Machine.Result> rollout) {
    Awaitility.await().during(Duration.ofSeconds(1)).until(() -> !rollout.isDone());
  }

  /** A machine whose site says One. */
  private void begin(Machine machine) throws IOException {
    machine.run("setup", SCRIPTS.machine());
    assertThat(machine.run("first", rollout(machine, "One")))
        .succeedsWithin(PATIENCE)
        .returns(0, Machine.Result::code);
  }

  private static void kill(Machine machine, String script) {
    assertThat(machine.run("killed", script))
        .succeedsWithin(PATIENCE)
        .returns(-1, Machine.Result::code);
    assertThat(programs(machine)).isEqualTo("One Two ");
  }

  private static CompletableFuture<Machine.Result> hold(Machine machine) {
    CompletableFuture<Machine.Result> held = machine.run("hold", HOLD_NGINX_BETWEEN_ITS_WORKERS);
    assertThat(machine.run("watched", "#!/bin/sh\nuntil rm /double/watching; do sleep 0.01; done"))
        .succeedsWithin(PATIENCE);
    return held;
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
