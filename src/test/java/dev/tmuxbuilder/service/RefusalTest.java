package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is missing is said at the start, by its name and with the way out. */
class RefusalTest {
  /** What the service and its database call, and every machine has. */
  private static final List<String> BASICS =
      List.of("sh", "env", "id", "kill", "git", "runuser", "unshare", "locale", "bwrap", "node");

  /** A database is made in it once. */
  private static @TempDir Path shared;

  private @TempDir Path folder;

  private static ServerProcess server() {
    return new ServerProcess(shared.resolve("data"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"QUARKUS_HTTP_PORT", "TMUXBUILDER_SITES_PORT"})
  void aPortThatIsTakenIsNamedWithTheProcessThatHasIt(String variable) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());

      String words = server().with(variable, port).refusal();

      assertThat(words)
          .contains("Port " + port + " on 127.0.0.1 is taken by java (process " + pid() + ")")
          .contains("name another port in " + variable);
    }
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  @Test
  void aDataDirectoryBelowAFileIsRefused() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    String words = server().with("TMUXBUILDER_DATA_DIR", file.resolve("data").toString()).refusal();

    assertThat(words).contains("cannot be used: Not a directory").contains("TMUXBUILDER_DATA_DIR");
  }

  @ParameterizedTest
  @CsvSource({
    "'ro,size=1m', Read-only file system",
    "'size=8m', 7 MiB left; to start",
    "'size=100m', 99 MiB left; to start"
  })
  void aDataDirectoryThatCannotHoldWhatIsWrittenIsRefused(String disk, String reason)
      throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));

    String words = new ServerProcess(data).inside(new TinyDisk(data, disk).command()).refusal();

    assertThat(words).contains(data.toString(), reason, "TMUXBUILDER_DATA_DIR");
  }

  @Test
  void aMachineWithoutChromiumIsToldHowToGetIt() throws IOException {
    Path programs = Files.createDirectory(folder.resolve("bin"));
    for (String name : BASICS) {
      Optional<Path> program = dev.tmuxbuilder.platform.Programs.find(name);
      if (program.isPresent()) {
        Files.createSymbolicLink(programs.resolve(name), program.get());
      }
    }

    ServerProcess server = server().with("PATH", programs.toString());

    assertThat(server.refusal())
        .contains("Chromium is not on this machine", "apt-get install chromium");
    assertThat(server.processesOfDataDirectory()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "TMUXBUILDER_BROWSER_NODE, apt-get install nodejs",
    "TMUXBUILDER_BROWSER_NODE_MODULES, npm ci",
    "TMUXBUILDER_BROWSER_EXECUTABLE, apt-get install chromium"
  })
  void whatDrivesTheBrowserIsLookedForAtTheStart(String variable, String remedy) {
    String nowhere = folder.resolve("nowhere").toString();

    assertThat(server().with(variable, nowhere).refusal()).contains(nowhere, remedy, variable);
  }

  @ParameterizedTest
  @CsvSource({
    "TMUXBUILDER_SIGNUP, everybody, tmuxbuilder.signup",
    "TMUXBUILDER_RUNS_DRAIN, soon, tmuxbuilder.runs.drain",
    "TMUXBUILDER_SITES_PORT, many, TMUXBUILDER_SITES_PORT is not a number"
  })
  void aSettingThatMakesNoSenseIsNamed(String variable, String value, String words) {
    assertThat(server().with(variable, value).refusal())
        .contains("error: ")
        .contains(words)
        .contains("hint: ")
        .doesNotContain("\tat ");
  }
}
