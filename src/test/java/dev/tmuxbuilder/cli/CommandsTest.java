package dev.tmuxbuilder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.platform.PasswordHash;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
  private @TempDir Path home;
  private Desk desk;

  @BeforeEach
  void sitDown() {
    desk = new Desk(home);
  }

  @Test
  void withoutACommandTheHelpNamesThemAll() {
    assertThat(desk.run()).isZero();
    assertThat(desk.out())
        .contains(
            "serve",
            "create",
            "watch",
            "status",
            "chat",
            "redeploy",
            "rollback",
            "cancel",
            "destroy",
            "sites",
            "receipt",
            "doctor");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "serve",
        "create",
        "watch",
        "status",
        "chat",
        "redeploy",
        "rollback",
        "cancel",
        "destroy",
        "sites",
        "receipt",
        "doctor"
      })
  void everyCommandHasItsHelp(String command) {
    assertThat(desk.run(command, "--help")).isZero();
    assertThat(desk.out()).contains("Usage: tmux-builder " + command);
  }

  @Test
  void badUsageExitsWithTwo() {
    assertThat(desk.run("creat")).isEqualTo(2);
    assertThat(desk.run("status")).isEqualTo(2);
    assertThat(desk.run("rollback", "last", "first")).isEqualTo(2);
    assertThat(desk.run("rollback", "last", "0")).isEqualTo(2);
    assertThat(desk.run("sites", "--server", "not an address")).isEqualTo(2);
    assertThat(desk.run("sites", "--colour")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {FakeService.EXECUTION, FakeService.SESSION, "ab12", "sess_2026", "last"})
  void anExecutionIsFoundByItsIdOrAPartOfIt(String reference) throws IOException {
    try (FakeService service = new FakeService(FakeService.Script.HAPPY)) {
      int exitCode = desk.run("status", reference, "--server", service.address());

      assertThat(exitCode).isZero();
      assertThat(desk.out())
          .contains(FakeService.SESSION)
          .contains("create_user")
          .contains("0.4 s");
    }
  }

  @Test
  void anIdThatFitsNothingIsSaidSo() throws IOException {
    try (FakeService service = new FakeService(FakeService.Script.HAPPY)) {
      assertThat(desk.run("status", "zz99", "--server", service.address())).isEqualTo(1);
      assertThat(desk.err()).contains("no execution fits zz99").contains("tmux-builder sites");
    }
  }

  @Test
  void aRefusalIsADocumentForMachinesAndASentenceForPeople() throws IOException {
    try (FakeService service = new FakeService(FakeService.Script.HAPPY)) {
      int exitCode =
          desk.run("redeploy", FakeService.EXECUTION, "--json", "--server", service.address());

      assertThat(exitCode).isEqualTo(1);
      assertThat(Json.parse(desk.out()).path("code").asText()).isEqualTo("busy");
      assertThat(desk.err()).contains("A run is going on.");
    }
  }

  @Test
  void theSitesAreATable() throws IOException {
    try (FakeService service = new FakeService(FakeService.Script.HAPPY)) {
      assertThat(desk.run("sites", "--server", service.address())).isZero();
      List<String> lines = desk.lines();
      assertThat(lines).hasSize(2);
      assertThat(lines.getFirst().indexOf("URL")).isEqualTo(lines.get(1).indexOf("http://"));
    }
  }

  @Test
  void afterARollbackTheReceiptOfTheLiveReleaseIsShown() throws IOException {
    try (FakeService service = new FakeService(FakeService.Script.HAPPY)) {
      assertThat(desk.run("receipt", FakeService.EXECUTION, "--server", service.address()))
          .isZero();
      assertThat(desk.out())
          .contains("Release 1 of 2")
          .contains("23 files, 120000 bytes")
          .contains("1 of 1 passed")
          .contains("deploy 0.4 s");
    }
  }

  @Test
  void watchingARunThatIsOverShowsHowItEnded() throws IOException {
    try (FakeService service = new FakeService(FakeService.Script.BROKEN)) {
      assertThat(desk.run("watch", FakeService.EXECUTION, "--server", service.address()))
          .isEqualTo(1);
      assertThat(desk.out()).contains("deploy  failed: The disk is full. – Make room.");
    }
  }

  @Test
  void theDoctorSaysWhoTheServiceIsForAws() throws IOException {
    try (FakeService service = new FakeService(FakeService.Script.HAPPY)) {
      desk.with("QUARKUS_HTTP_PORT", Integer.toString(URI.create(service.address()).getPort()));

      desk.run("doctor");

      assertThat(desk.out()).contains("aws").contains("account 123456789012");
    }
  }

  @Test
  void thePasswordOfTheEmergencyIsReadFromStandardInputAndMustBeLong() {
    assertThat(desk.typing("fourteen chars\n").run("emergency-hash")).isEqualTo(1);
    assertThat(desk.err()).contains("fewer than 15 characters");
    assertThat(desk.run("emergency-hash", "correct horse battery")).isEqualTo(2);
    assertThat(desk.out()).isEmpty();

    assertThat(desk.typing("correct horse battery\nmore").run("emergency-hash")).isZero();
    PasswordHash hash = PasswordHash.parse(desk.out().strip()).orElseThrow();
    assertThat(hash.isOf("correct horse battery".getBytes(StandardCharsets.UTF_8))).isTrue();
    assertThat(hash.isOf("correct horse batterz".getBytes(StandardCharsets.UTF_8))).isFalse();
  }

  @Test
  void theDoctorSaysThatTheEmergencySignInIsOn() {
    desk.run("doctor");
    assertThat(desk.out()).doesNotContain("emergency");
    desk.with("TMUXBUILDER_IDENTITY_EMERGENCY_USER", "root").run("doctor");
    assertThat(desk.out()).contains("emergency sign-in", "on: who knows its password");
  }

  @Test
  void theDoctorSaysWhatIsThereForPeopleAndMachines() {
    desk.with("TMUXBUILDER_BROWSER_NODE_MODULES", home.resolve("none").toString());

    int exitCode = desk.run("doctor", "--json");

    var document = Json.parse(desk.out());
    assertThat(exitCode).isEqualTo(1);
    assertThat(document.path("healthy").asBoolean(true)).isFalse();
    assertThat(document.path("findings").findValuesAsText("name"))
        .contains("jdk", "node", "chromium", "git", "data directory", "port 8080");
    assertThat(document.path("findings").valueStream())
        .filteredOn(finding -> finding.path("name").asText().startsWith("playwright-core"))
        .allMatch(finding -> finding.path("remedy").asText().contains("npm ci"));
  }
}
