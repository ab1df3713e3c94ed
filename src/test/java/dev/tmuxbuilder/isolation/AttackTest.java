package dev.tmuxbuilder.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tmuxbuilder.platform.Programs;
import dev.tmuxbuilder.platform.Refusal;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real programs that try to get out of a real sandbox. */
class AttackTest {
  /** Less than the whole disk, so that the attacker meets one wall at a time. */
  private static final long LARGEST_FILE = 32L << 20;

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Sandbox SANDBOX = new Sandbox("node", true);

  @TempDir static Path temp;
  static Path secret;
  static Path program;
  static List<ServerSocket> servers = new ArrayList<>();
  static JsonObject found;

  @BeforeAll
  static void attack() throws Exception {
    secret = Files.writeString(temp.resolve("operator.token"), "the-secret");
    Files.createDirectories(temp.resolve("sessions/other"));
    program = Files.createDirectories(temp.resolve("program"));
    try (InputStream source =
        Objects.requireNonNull(AttackTest.class.getResourceAsStream("/isolation/attack.mjs"))) {
      Files.copy(source, program.resolve("attack.mjs"));
    }
    int database = greeting();
    int other = greeting();
    int gateway = greeting();
    Path data = folder("data");
    Confined attacker =
        node(
            "attacker",
            data,
            Map.of(
                "SECRET", secret.toString(),
                "SESSION", temp.resolve("sessions").toString(),
                "DATABASE", Integer.toString(database),
                "OTHER", Integer.toString(other),
                "ALLOWED", Integer.toString(gateway),
                "SERVICE", Long.toString(ProcessHandle.current().pid()),
                "DATA_DIR", data.toString()),
            new Limits(400L << 20, 0, 64, 1024, LARGEST_FILE, 2 * LARGEST_FILE, Optional.empty()),
            Network.reaching(gateway),
            "attack.mjs");
    found = new JsonObject(output(attacker));
  }

  @AfterAll
  static void stop() throws IOException {
    for (ServerSocket server : servers) {
      server.close();
    }
  }

  private static Path folder(String name) throws IOException {
    return Files.createDirectories(temp.resolve(name));
  }

  /** A server of this machine's loopback that says hello to everybody. */
  private static int greeting() throws IOException {
    ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    servers.add(server);
    Thread.ofVirtual()
        .start(
            () -> {
              while (!server.isClosed()) {
                try (Socket visitor = server.accept()) {
                  visitor.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
                } catch (IOException closed) {
                  return;
                }
              }
            });
    return server.getLocalPort();
  }

  private static Confined node(
      String owner,
      Path data,
      Map<String, String> environment,
      Limits limits,
      Network network,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Programs.find("node").orElseThrow().toRealPath().toString());
    command.addAll(List.of(arguments));
    return new Confined(
        owner, command, program, List.of(program), List.of(data), environment, limits, network);
  }

  private static String output(Confined confined) throws IOException, InterruptedException {
    try (Prepared prepared = SANDBOX.prepare(confined)) {
      Process process = prepared.start(false);
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(errors).isZero();
      return text;
    }
  }

  private static boolean ok(String attempt) {
    return found.getJsonObject(attempt).getBoolean("ok");
  }

  @Test
  void nothingOfOthersIsRead() {
    for (String attempt :
        List.of("secret", "session", "throughALink", "throughProc", "passwords", "homes")) {
      assertThat(ok(attempt)).as(attempt + " " + found.getJsonObject(attempt)).isFalse();
    }
    assertThat(found.encode()).doesNotContain("the-secret");
    assertThat(found.getJsonArray("otherTmp")) // the folders that lead to its own
        .allMatch(name -> temp.toString().contains((String) name));
    assertThat(found.getJsonArray("disks")).isEmpty();
  }

  @Test
  void theServiceIsNotSeen() {
    assertThat(ok("serviceEnvironment")).isFalse();
    assertThat(ok("serviceMemory")).isFalse();
    assertThat(found.getInteger("processes")).isLessThan(6);
    assertThat(found.getJsonArray("environment")).doesNotContain("HOME", "TMUXBUILDER_DOORS");
  }

  @Test
  void thereAreNoRights() throws IOException {
    int me = (Integer) Files.getAttribute(temp, "unix:uid");

    assertThat(found.getInteger("uid")).isNotIn(0, me);
    assertThat(found.getJsonArray("capabilities")).containsOnly("0000000000000000");
    assertThat(found.getString("noNewPrivileges")).isEqualTo("1");
    assertThat(found.getString("seccomp")).isEqualTo("2");
    assertThat(found.getInteger("mount")).isNotZero();
    assertThat(found.getInteger("namespace")).isNotZero();
  }

  @Test
  void nothingIsWrittenOutside() {
    for (String attempt : List.of("writeSystem", "writeRoot", "writeDev", "kernelSetting")) {
      assertThat(ok(attempt)).as(attempt).isFalse();
    }
    assertThat(found.getJsonObject("largeFile").getString("code")).isEqualTo("EFBIG");
  }

  @Test
  void onlyThePortThatIsOpenedIsReached() {
    for (String attempt : List.of("metadata", "database", "other", "outside")) {
      assertThat(ok(attempt)).as(attempt).isFalse();
    }
    assertThat(found.getJsonObject("allowed").getString("code")).isEqualTo("hello");
    assertThat(found.getJsonArray("interfaces")).allMatch("lo"::equals);
  }

  @Test
  void forksEnd() {
    assertThat(found.getJsonObject("forks").getBoolean("refused")).isTrue();
    assertThat(found.getJsonObject("forks").getInteger("started")).isLessThan(64);
  }

  @Test
  void whoeverFillsTheDiskWithManyFilesIsEndedAndTheLogSaysSo() throws Exception {
    Path data = folder("full");
    String fill =
        "const fs = require('fs'); const b = Buffer.alloc(1 << 20);"
            + "for (let i = 0; ; i++) fs.writeFileSync('"
            + data
            + "/' + (i % 4000), b)";

    List<String> log = endedByTheWatch("filler", data, fill, 16L << 20);

    assertThat(log).anyMatch(line -> line.contains("filler") && line.contains("wrote more than"));
  }

  @Test
  void whoeverEatsMemoryWithManyProcessesIsEndedAndTheLogSaysSo() throws Exception {
    Path data = folder("memory");
    String eat =
        "const {spawn} = require('child_process');"
            + "const code = 'const a = []; setInterval(() => a.length < 8 &&"
            + " a.push(Buffer.alloc(4 << 20, 1)), 30)';"
            + "for (let i = 0; i < 5; i++) spawn(process.execPath, ['-e', code]);"
            + "setInterval(() => {}, 1000)";

    List<String> log = endedByTheWatch("eater", data, eat, 1L << 30);

    assertThat(log).anyMatch(line -> line.contains("eater") && line.contains("of memory"));
  }

  private static List<String> endedByTheWatch(String owner, Path data, String code, long disk)
      throws Exception {
    Lines lines = new Lines();
    Logger watched = Logger.getLogger(Watch.class.getName());
    watched.addHandler(lines);
    Limits limits = Limits.ofMemory(200L << 20).withProcesses(128).withDisk(disk);
    try (Prepared prepared =
        SANDBOX.prepare(node(owner, data, Map.of(), limits, Network.none(), "-e", code))) {
      Process process = prepared.start(true);
      List<ProcessHandle> below = new ArrayList<>();
      await()
          .atMost(SOON)
          .until(
              () -> {
                process.descendants().forEach(below::add);
                return !process.isAlive();
              });
      await().atMost(SOON).until(() -> below.stream().noneMatch(ProcessHandle::isAlive));
      return List.copyOf(lines.seen);
    } finally {
      watched.removeHandler(lines);
    }
  }

  @Test
  void aProgramThatIsNoNodeProgramHasItsDoorsToo() throws Exception {
    Path data = folder("shell");
    int gateway = servers.getLast().getLocalPort();
    Confined agent =
        new Confined(
            "agent",
            List.of(
                "/bin/bash",
                "-c",
                "echo seen > seen; exec 3<>/dev/tcp/127.0.0.1/" + gateway + "; cat <&3; exit 3"),
            data,
            List.of(),
            List.of(data),
            Map.of("PATH", "/usr/bin:/bin"),
            Limits.ofMemory(400L << 20),
            Network.reaching(gateway));

    try (Prepared prepared = SANDBOX.prepare(agent)) {
      Process process = prepared.start(false);
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(process.waitFor()).isEqualTo(3);
      assertThat(text).isEqualTo("hello");
      assertThat(data.resolve("seen")).hasContent("seen\n");
    }
  }

  @Test
  void twoOwnersHaveDifferentUsers() {
    assertThat(IntStream.range(0, 10_000).map(i -> Owners.userId("owner " + i)).distinct().count())
        .isGreaterThan(9_990);
    assertThat(IntStream.range(0, 1_000).map(i -> Owners.userId("owner " + i)))
        .allMatch(id -> id > 65_536);
  }

  @Test
  void productionIsRefusedWhereALayerIsMissing() {
    Layers bare =
        new Layers(
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    assertThatThrownBy(() -> ProductionCheck.require(bare))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal)
                  .hasMessageContaining("bubblewrap")
                  .hasMessageContaining("seccomp");
              assertThat(refusal.hint()).contains("TMUXBUILDER_PRODUCTION");
            });
    ProductionCheck.require(SANDBOX.layers()); // this machine has them all
  }

  /** What is logged. */
  private static final class Lines extends Handler {
    final List<String> seen = new CopyOnWriteArrayList<>();
    private final Formatter words = new SimpleFormatter();

    @Override
    public void publish(LogRecord entry) {
      seen.add(words.formatMessage(entry));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
