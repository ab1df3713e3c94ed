package dev.tmuxbuilder.hosting.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.TestSites;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is Azure's own of a dynamic site; what every host does is the contract's matter. */
class DynamicSiteTest {
  private static BlobServer blobs;
  private static Cloud cloud;
  private static FrontDoorStandIn edge;
  private static VirtualMachines machines;

  private final Site site = TestSites.site(SiteType.DYNAMIC);
  private final AzureIds ids =
      new AzureIds(ResourceManager.SUBSCRIPTION, new AzureNames(site.execution()));
  private final TestSites.Words words = new TestSites.Words();
  private @TempDir Path files;
  private AzureHost host;

  @BeforeAll
  static void begin() {
    blobs = BlobServer.start();
    cloud = new Cloud(blobs);
    edge = new FrontDoorStandIn(cloud);
    machines = new VirtualMachines(cloud, true);
  }

  @AfterAll
  static void end() {
    machines.close();
    edge.close();
    cloud.close();
    blobs.close();
  }

  @BeforeEach
  void open() {
    cloud.manager().reset();
    cloud.follow();
    machines.neverDone(false);
    host = AzureSites.host(cloud.endpoint(), edge);
  }

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void theMachineIsMadeAsItShouldBeAndTheWayToTheReleaseIsNobodyElses() {
    URI url = deploy(artifact("One"));
    assertThat(url.toString())
        .isEqualTo(
            "http://%s.eastus.cloudapp.azure.com/"
                .formatted(new AzureNames(site.execution()).machine()));
    JsonNode machine = at(Kind.MACHINE);
    JsonNode properties = machine.path("properties");
    assertThat(machine.path("identity").path("type").asText()).isEqualTo("SystemAssigned");
    assertThat(properties.path("hardwareProfile").path("vmSize").asText())
        .isEqualTo("Standard_B2pts_v2");
    assertThat(properties.path("storageProfile").path("imageReference").path("offer").asText())
        .isEqualTo("ubuntu-24_04-lts");
    assertThat(at(Kind.DISK).path("properties").path("encryption").path("type").asText())
        .isEqualTo("EncryptionAtRestWithPlatformKey");
    assertThat(at(Kind.FIREWALL).path("properties").path("securityRules"))
        .extracting(rule -> rule.path("properties").path("destinationPortRange").asText())
        .containsExactlyInAnyOrder("80", "443");
    assertThat(at(Kind.ACCOUNT).path("properties").path("allowBlobPublicAccess").asBoolean(true))
        .isFalse();
    assertThat(at(Kind.ADDRESS).path("sku").path("name").asText()).isEqualTo("Standard");

    List<Cloud.Call> commands =
        cloud.calls().stream()
            .filter(call -> call.path().contains("/runCommands/") && call.method().equals("PUT"))
            .toList();
    assertThat(commands).hasSize(1);
    JsonNode command = Json.read(commands.getFirst().body(), JsonNode.class).path("properties");
    assertThat(command.path("protectedParameters").path(0).path("value").asText())
        .contains("sig=")
        .contains("sp=r&");
    assertThat(command.path("source").path("script").asText()).doesNotContain("sig=");
    assertThat(words.said).noneMatch(line -> line.contains("sig="));
    assertThat(cloud.everything()).as("the command is gone").hasSize(8);
  }

  @Test
  void aDiskThatIsGivenTheTagsOfItsMachineIsNotTaggedAgain() {
    cloud.manager().handsOnTags(true);
    deploy(artifact("One"));
    assertThat(at(Kind.DISK).path("tags").path("ExecutionID").asText())
        .isEqualTo(site.execution().toString());
    assertThat(cloud.writes()).noneMatch(call -> call.path().endsWith("/tags/default"));
  }

  @Test
  void whereADiskCannotBeTaggedTheMachineGoesAgainAndTheFailureIsSaid() {
    cloud.follow(
        (call, number) ->
            call.path().endsWith("/tags/default") ? Cloud.Fault.DENIED : Cloud.Fault.NONE);
    assertThatThrownBy(() -> await(host.provision(site, words)))
        .isInstanceOfSatisfying(
            StepFailure.class,
            failure -> assertThat(failure.info().code()).isEqualTo("permission_missing"));
    assertThat(cloud.everything())
        .isNotEmpty()
        .noneMatch(id -> id.contains("/disks/") || id.contains("/virtualMachines/"));
    cloud.follow();
    deploy(artifact("One"));
    assertThat(cloud.everything()).hasSize(8);
  }

  @Test
  void whatSomebodyChangedByHandIsSeenAndSetRightByARedeploy() {
    Artifact one = artifact("One");
    URI url = deploy(one);
    assertThat(await(host.changes(site)).values()).hasSize(4).allMatch(List::isEmpty);
    cloud
        .manager()
        .change(
            ids.of(Kind.FIREWALL),
            body ->
                body.withObject("properties")
                    .withArray("securityRules")
                    .addObject()
                    .put("name", "ssh")
                    .putObject("properties")
                    .put("direction", "Inbound")
                    .put("access", "Allow")
                    .put("protocol", "Tcp")
                    .put("sourceAddressPrefix", "*")
                    .put("destinationPortRange", "22"));
    cloud.manager().compute().switchOff(ids.of(Kind.MACHINE));
    cloud.manager().change(ids.of(Kind.DISK), body -> body.remove("tags"));
    Map<String, List<String>> changes = await(host.changes(site));
    assertThat(changes.get(ids.of(Kind.FIREWALL))).containsExactly("somebody opened 22");
    assertThat(changes.get(ids.of(Kind.MACHINE))).containsExactly("it does not run");
    assertThat(deploy(one)).isEqualTo(url);
    assertThat(await(host.changes(site)).values()).allMatch(List::isEmpty);
    assertThat(await(host.inventory(site)))
        .allSatisfy(resource -> assertThat(resource.tags()).isEqualTo(site.tags()));
    assertThat(machines.ask(url, "GET", "/")).isEqualTo("One ");
  }

  @Test
  void aReleaseWithProgramsForX86MovesToSuchAMachineAndKeepsItsUrl() {
    URI url = deploy(artifact("One"));
    Map<String, String> pages = new TreeMap<>(TestSites.program("Two"));
    pages.put("native.node", "\u007fELF\2\1\1" + "\0".repeat(9) + "\3\0\76\0" + "\0".repeat(40));
    Artifact two = TestSites.artifact(files.resolve("x86"), pages);
    assertThat(deploy(two)).isEqualTo(url);
    assertThat(at(Kind.MACHINE).path("properties").path("hardwareProfile").path("vmSize").asText())
        .isEqualTo("Standard_B2ts_v2");
    assertThat(cloud.everything()).as("one machine, one disk").hasSize(8);
    assertThat(machines.ask(url, "GET", "/")).isEqualTo("Two ");
    assertThat(words.said).anyMatch(line -> line.contains("x86_64"));
  }

  @Test
  void cancellingStopsTheScriptOnTheMachine() {
    Artifact one = artifact("One");
    await(host.provision(site, words));
    await(host.upload(site, one, words));
    machines.neverDone(true);
    var running = host.activate(site, one.sha256(), words).subscribe().asCompletionStage();
    Awaitility.await()
        .until(() -> words.said.stream().anyMatch(line -> line.contains("puts the release live")));
    running.cancel(true);
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> machines.commandsUnderWay() == 0);
  }

  @Test
  void aPlaceWithoutRoomForMachinesIsSaidPlainlyAndNothingIsLeftAfterDestroy() {
    cloud.manager().quota("Microsoft.Compute/virtualMachines", 0);
    assertThatThrownBy(() -> await(host.provision(site, words)))
        .isInstanceOfSatisfying(
            StepFailure.class,
            failure -> assertThat(failure.info().code()).isEqualTo("quota_reached"));
    await(host.destroy(site, words));
    assertThat(cloud.everything()).isEmpty();
  }

  private JsonNode at(Kind kind) {
    return cloud.manager().at(ids.of(kind)).orElseThrow();
  }

  private URI deploy(Artifact artifact) {
    URI url = await(host.provision(site, words)).url();
    await(host.tag(site, words));
    await(host.upload(site, artifact, words));
    await(host.activate(site, artifact.sha256(), words));
    return url;
  }

  private Artifact artifact(String word) {
    Map<String, String> pages = TestSites.program(word);
    return TestSites.artifact(files.resolve(Json.digest(pages)), pages);
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofSeconds(60));
  }
}
