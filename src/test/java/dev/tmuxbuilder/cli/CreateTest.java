package dev.tmuxbuilder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CreateTest {
  private @TempDir Path home;
  private Path brief;
  private Desk desk;

  @BeforeEach
  void writeABrief() throws IOException {
    brief = Files.writeString(home.resolve("bakery.md"), "# The Sunny Bakery\n");
    desk = new Desk(home);
  }

  private int create(FakeService service, String... more) {
    String[] args = {"create", "--server", service.address()};
    return desk.run(Stream.concat(Arrays.stream(args), Arrays.stream(more)).toArray(String[]::new));
  }

  @Test
  void aHappyRunIsToldInPlainLinesAndEndsWithTheUrl() throws IOException {
    try (FakeService service = new FakeService(FakeService.Script.HAPPY)) {
      int exitCode = create(service, brief.toString());

      assertThat(exitCode).isZero();
      assertThat(desk.lines())
          .contains("12:00:01 deploy/work  doing deploy with 23 files, 120 kB")
          .anyMatch(line -> line.endsWith("e2e_tests  passed loads on /"))
          .contains("The site is live: http://sunny-bakery.localhost:8081/")
          .anyMatch(line -> line.contains("checks") && line.contains("12 passed"))
          .anyMatch(line -> line.contains("release 1, sha256 " + "b2".repeat(32)));
      assertThat(desk.out()).doesNotContain("\u001b");
    }
  }

  @Test
  void theBriefAndTheChoicesAreSent() throws IOException {
    try (FakeService service = new FakeService(FakeService.Script.HAPPY)) {
      create(service, "--brief", "# Hello", "--type", "dynamic", "--email", "ana@example.com");

      JsonNode sent = Json.parse(service.asked("POST", "/api/create-user").getFirst().body());
      assertThat(sent.path("requirements").asText()).isEqualTo("# Hello");
      assertThat(sent.path("site_type").asText()).isEqualTo("dynamic");
      assertThat(sent.path("email").asText()).isEqualTo("ana@example.com");
      assertThat(sent.path("host_provider").asText()).isEqualTo("local");
      assertThat(sent.path("agent").asText()).isEqualTo("starter");
    }
  }

  @Test
  void aTemplateNeedsNoBrief() throws IOException {
    try (FakeService service = new FakeService(FakeService.Script.HAPPY)) {
      create(service, "--template", "plain", "--no-wait");

      JsonNode sent = Json.parse(service.asked("POST", "/api/create-user").getFirst().body());
      assertThat(sent.path("template").asText()).isEqualTo("plain");
      assertThat(sent.path("requirements").asText()).isEmpty();
    }
  }

  @Test
  void aBriefCanComeFromStandardInput() throws IOException {
    try (FakeService service = new FakeService(FakeService.Script.HAPPY)) {
      desk.typing("# パン屋\n");

      create(service, "-", "--no-wait");

      assertThat(
              Json.parse(service.asked("POST", "/api/create-user").getFirst().body())
                  .path("requirements")
                  .asText())
          .isEqualTo("# パン屋\n");
    }
  }

  @Test
  void aRunThatFailsIsAFailureWithItsReason() throws IOException {
    try (FakeService service = new FakeService(FakeService.Script.BROKEN)) {
      int exitCode = create(service, brief.toString());

      assertThat(exitCode).isEqualTo(1);
      assertThat(desk.out())
          .contains("The run ended failed.")
          .contains("deploy/upload")
          .contains("The disk is full.")
          .contains("Make room.");
    }
  }

  @Test
  void everyLineForMachinesIsOneJsonObjectAndNoneHoldsTheToken() throws IOException {
    try (FakeService service = new FakeService(FakeService.Script.HAPPY)) {
      int exitCode = create(service, brief.toString(), "--json");

      assertThat(exitCode).isZero();
      List<JsonNode> documents = desk.lines().stream().map(Json::parse).toList();
      assertThat(documents).allMatch(JsonNode::isObject);
      assertThat(documents.getFirst().path("event").asText()).isEqualTo("created");
      assertThat(documents.getLast().path("event").asText()).isEqualTo("result");
      assertThat(documents.getLast().path("url").asText())
          .isEqualTo("http://sunny-bakery.localhost:8081/");
      assertThat(desk.out()).doesNotContain(FakeService.Script.token());
    }
  }

  @Test
  void theTokenIsKeptForItsOwnerAloneAndUsedAfterwards() throws IOException {
    try (FakeService service = new FakeService(FakeService.Script.HAPPY)) {
      create(service, brief.toString(), "--no-wait");
      int exitCode = desk.run("status", "last", "--server", service.address());

      assertThat(exitCode).isZero();
      Path tokens = home.resolve(".config/tmux-builder/tokens.json");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tokens)))
          .isEqualTo("rw-------");
      assertThat(service.asked("GET", "/api/status/" + FakeService.EXECUTION).getLast())
          .extracting(FakeService.Asked::authorization)
          .isEqualTo("Bearer " + FakeService.Script.token());
    }
  }

  @Test
  void theOperatorsTokenIsUsedWhereNoOtherIsKnown() throws IOException {
    try (FakeService service = new FakeService(FakeService.Script.HAPPY)) {
      Path data = Files.createDirectories(home.resolve("data"));
      Files.writeString(data.resolve("operator.token"), "o".repeat(8) + "\n");
      desk.with("TMUXBUILDER_DATA_DIR", data.toString());

      create(service, brief.toString(), "--no-wait");

      assertThat(service.asked("POST", "/api/create-user").getFirst().authorization())
          .isEqualTo("Bearer " + "o".repeat(8));
    }
  }

  @Test
  void aDroppedStreamGoesOnWhereItBroke() throws IOException {
    try (FakeService service = new FakeService(FakeService.Script.HAPPY.droppingAfter(7))) {
      int exitCode = create(service, brief.toString(), "--json");

      assertThat(exitCode).isZero();
      assertThat(service.asked("GET", "/stream"))
          .extracting(FakeService.Asked::lastEventId)
          .containsExactly("0", "7");
      assertThat(desk.lines().stream().map(Json::parse).map(e -> e.path("seq").asInt()))
          .filteredOn(seq -> seq > 0)
          .doesNotHaveDuplicates()
          .isSorted()
          .hasSize(FakeService.Script.HAPPY.events().size());
      assertThat(desk.err()).contains("connection lost");
    }
  }

  @Test
  void aProblemIsSaidWithEveryBadField() throws IOException {
    try (FakeService service = new FakeService(FakeService.Script.HAPPY)) {
      int exitCode = create(service, brief.toString(), "--email", "not-an-email");

      assertThat(exitCode).isEqualTo(2);
      assertThat(desk.err())
          .contains("The request has fields that cannot be.")
          .contains("email: is not an email address");
    }
  }

  @Test
  void aServiceThatWasNamedAndDoesNotAnswerIsAnErrorAndNothingIsStarted() throws IOException {
    String address;
    try (FakeService gone = new FakeService(FakeService.Script.HAPPY)) {
      address = gone.address();
    }

    int exitCode = desk.run("create", brief.toString(), "--server", address);

    assertThat(exitCode).isEqualTo(1);
    assertThat(desk.err()).contains("no service answers at " + address);
    assertThat(home.resolve(".tmux-builder")).doesNotExist();
  }

  @Test
  void withoutABriefItIsBadUsage() {
    assertThat(desk.run("create")).isEqualTo(2);
    assertThat(desk.run("create", "a.md", "--brief", "x")).isEqualTo(2);
    assertThat(desk.run("create", home.resolve("missing.md").toString())).isEqualTo(2);
  }

  @Test
  void aBriefThatIsNotTextIsRefusedBeforeAnythingIsAsked() throws IOException {
    Files.write(brief, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    try (FakeService service = new FakeService(FakeService.Script.HAPPY)) {
      assertThat(create(service, brief.toString())).isEqualTo(2);
      assertThat(service.asked()).isEmpty();
    }
  }

  @Test
  void aTerminalSeesOnePictureThatEndsWithEverythingDone() throws IOException {
    desk.atATerminal(80);
    try (FakeService service = new FakeService(FakeService.Script.HAPPY)) {
      int exitCode = create(service, brief.toString());

      assertThat(exitCode).isZero();
      assertThat(desk.out()).contains("\u001b[?25l").contains("\u001b[?25h");
      assertThat(desk.out().indexOf("\u001b[?25h"))
          .isLessThan(desk.out().indexOf("The site is live"));
    }
  }
}
