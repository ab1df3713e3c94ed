package dev.tmuxbuilder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tmuxbuilder.platform.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptsTest {
  private static final Path ROOT = Path.of("").toAbsolutePath();

  private @TempDir Path directory;

  private static Processes.Result bash(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = "bash";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return Processes.runBlocking(Processes.Command.of(ROOT, Duration.ofSeconds(30), command));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mvnw",
        "bin/tmux-builder",
        "bin/verify",
        "bin/bench",
        "bin/lib/java.sh",
        "bin/lib/setup.sh",
        ".ci/run"
      })
  void aScriptIsWellFormed(String script) throws Exception {
    assertThat(bash("-n", script)).returns("", Processes.Result::stderr);
    assertThat(Files.isExecutable(ROOT.resolve(script))).isEqualTo(!script.startsWith("bin/lib/"));
  }

  /** The client has fewer libraries about it than the service, and than the tests. */
  @Test
  void doctorFindsAllItNeedsInTheClientsOwnLibraries() throws Exception {
    Processes.Result said = bash("bin/tmux-builder", "doctor", "--json");

    assertThat(said.stderr()).doesNotContain("Exception in thread", "NoClassDefFoundError");
    assertThat(new ObjectMapper().readTree(said.stdout()).get("findings").findValuesAsText("name"))
        .contains("isolation");
  }

  @Test
  void anOldJdkIsPassedOver() throws Exception {
    Path old = jdk("17.0.15");
    Path fresh = jdk("25.0.1");

    Processes.Result found =
        bash("-c", ". bin/lib/java.sh; jdk_version " + old + "; jdk_version " + fresh);

    assertThat(found.stdout()).isEqualTo("17\n25\n");
    assertThat(bash("-c", "JAVA_HOME=" + fresh + "; . bin/lib/java.sh; find_jdk").stdout())
        .isEqualTo(fresh + "\n");
    assertThat(bash("-c", "JAVA_HOME=" + old + "; . bin/lib/java.sh; find_jdk").stdout())
        .doesNotContain(old.toString());
  }

  private Path jdk(String version) throws IOException {
    Path home = Files.createDirectories(directory.resolve(version));
    Path bin = Files.createDirectory(home.resolve("bin"));
    for (String program : new String[] {"java", "javac"}) {
      assertThat(Files.createFile(bin.resolve(program)).toFile().setExecutable(true)).isTrue();
    }
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }
}
