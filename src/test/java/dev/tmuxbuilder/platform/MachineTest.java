package dev.tmuxbuilder.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
  private @TempDir Path directory;

  private Machine machine(OptionalLong self) {
    return new Machine(
        new Machine.Wanted(
            directory.resolve("data"),
            directory.resolve("node_modules"),
            "node",
            Optional.of(directory.resolve("no-browser")),
            List.of(),
            self));
  }

  @Test
  void aPortThatIsTakenNamesTheProcess() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Finding finding = machine(OptionalLong.empty()).port(socket.getLocalPort());

      assertThat(finding.isFatal()).isTrue();
      assertThat(finding.detail())
          .contains("java")
          .contains("process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void aPortThatTheServiceHoldsItselfIsInOrder() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      OptionalLong self = OptionalLong.of(ProcessHandle.current().pid());

      assertThat(machine(self).port(socket.getLocalPort()).isFatal()).isFalse();
    }
  }

  @Test
  void whatIsMissingComesWithItsRemedy() {
    assertThat(machine(OptionalLong.empty()).inspect())
        .filteredOn(Finding::isFatal)
        .allMatch(finding -> finding.remedy().isPresent())
        .extracting(Finding::name)
        .contains("playwright-core, axe-core", "chromium");
  }

  @Test
  void lookingForTheDataDirectoryLeavesNothingBehind() throws IOException {
    assertThat(machine(OptionalLong.empty()).dataDir().isFatal()).isFalse();

    try (var left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void theFirstNumberOfAVersionCounts() {
    assertThat(Programs.major("v20.19.2")).isEqualTo(20);
    assertThat(Programs.major("none")).isZero();
  }
}
