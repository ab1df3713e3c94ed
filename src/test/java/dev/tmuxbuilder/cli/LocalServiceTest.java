package dev.tmuxbuilder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tmuxbuilder.service.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalServiceTest {
  private static final Pattern PROCESS = Pattern.compile("serves as process (\\d+)");

  private @TempDir Path home;

  private Desk deskWith(String launcherScript) throws IOException {
    Path launcher = home.resolve("launcher");
    Files.writeString(launcher, "#!/bin/sh\n" + launcherScript + "\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    return new Desk(home)
        .with("TMUXBUILDER_LAUNCHER", launcher.toString())
        .with("QUARKUS_HTTP_PORT", Integer.toString(Ports.free()));
  }

  @Test
  void aServiceIsStartedWhereNoneAnswersAndStays() throws IOException {
    String java = ProcessHandle.current().info().command().orElseThrow();
    Desk desk =
        deskWith(
            "exec '%s' -cp '%s' dev.tmuxbuilder.cli.FakeService \"$QUARKUS_HTTP_PORT\" 0"
                .formatted(java, System.getProperty("java.class.path")));

    int exitCode = desk.run("create", "--brief", "# Hello");

    assertThat(exitCode).as(desk.err()).isZero();
    Matcher process = PROCESS.matcher(desk.err());
    assertThat(process.find()).isTrue();
    ProcessHandle service = ProcessHandle.of(Long.parseLong(process.group(1))).orElseThrow();
    try {
      assertThat(desk.out()).contains("The site is live");
      assertThat(desk.run("status", "last")).isZero();
      assertThat(service.isAlive()).isTrue();
    } finally {
      service.destroy();
      await().until(() -> !service.isAlive());
    }
  }

  @Test
  void aServiceThatDoesNotStartShowsTheEndOfItsLog() throws IOException {
    Desk desk = deskWith("echo 'the port is taken'; exit 3");

    int exitCode = desk.run("create", "--brief", "# Hello");

    assertThat(exitCode).isEqualTo(1);
    assertThat(desk.err())
        .contains("stopped with exit code 3")
        .contains("the port is taken")
        .contains("tmux-builder doctor");
    assertThat(home.resolve(".tmux-builder/logs/server.log")).exists();
  }
}
