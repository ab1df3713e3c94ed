package dev.tmuxbuilder.hosting.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Readiness;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.TestSites;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The roles in deploy/azure allow every call that is made, and no kind of thing besides. */
class RolesTest {
  private static BlobServer blobs;
  private static Cloud cloud;
  private static FrontDoorStandIn edge;
  private static VirtualMachines machines;
  private static AzureHost host;

  private final TestSites.Words words = new TestSites.Words();
  private @TempDir Path files;

  @BeforeAll
  static void begin() {
    blobs = BlobServer.start();
    cloud = new Cloud(blobs);
    edge = new FrontDoorStandIn(cloud);
    machines = new VirtualMachines(cloud, false);
    host = AzureSites.host(cloud.endpoint(), edge);
  }

  @AfterAll
  static void end() {
    host.close();
    machines.close();
    edge.close();
    cloud.close();
    blobs.close();
  }

  @BeforeEach
  void follow() {
    cloud.manager().reset();
    cloud.follow();
  }

  @ParameterizedTest
  @EnumSource(SiteType.class)
  void aSitesWholeLifeNeedsNoMoreThanItsRole(SiteType type) throws IOException {
    Site site = TestSites.site(type);
    AzureIds ids = new AzureIds(ResourceManager.SUBSCRIPTION, new AzureNames(site.execution()));
    deploy(site, "One");
    if (type == SiteType.DYNAMIC) {
      cloud.manager().compute().switchOff(ids.of(Kind.MACHINE));
    }
    deploy(site, "Two");
    await(host.changes(site));
    await(host.destroy(site, words));
    Set<String> allowed = actionsOf(type.wire() + "-sites");
    assertThat(allowed).containsAll(made());
    assertThat(allowed)
        .as("kinds of things")
        .noneMatch(action -> action.contains(type == SiteType.STATIC ? "Compute" : "Cdn"))
        .noneMatch(action -> action.equals("*") || action.endsWith("/*"));
  }

  @Test
  void findingOrphansAndReadingTheBillNeedNoMoreThanTheirs() throws IOException {
    await(host.holdings());
    await(host.spending(YearMonth.of(2026, 1), YearMonth.of(2026, 2)));
    assertThat(actionsOf("operations")).containsAll(made());
  }

  @Test
  void rightsThatAreMissingAreNamedBeforeAnythingIsMade() throws IOException {
    cloud
        .manager()
        .may(
            List.copyOf(actionsOf("static-sites")),
            List.of("Microsoft.Cdn/profiles/write", "microsoft.storage/*/listKeys/action"));
    try (var other = closing(AzureSites.host(cloud.endpoint(), edge))) {
      Site site = TestSites.site();
      assertThat(await(other.host().readiness(Optional.empty(), SiteType.STATIC)))
          .isEqualTo(
              new Readiness.Forbidden(
                  List.of(
                      "Microsoft.Cdn/profiles/write",
                      "Microsoft.Storage/storageAccounts/listKeys/action")));
      assertThatThrownBy(() -> await(other.host().provision(site, words)))
          .isInstanceOfSatisfying(
              StepFailure.class,
              failure -> {
                assertThat(failure.info().code()).isEqualTo("permission_missing");
                assertThat(failure.info().message()).contains("Microsoft.Cdn/profiles/write");
              });
      assertThat(cloud.writes()).isEmpty();
    }
    try (var careless = closing(AzureSites.host(cloud.endpoint(), edge, "check-rights", "false"))) {
      assertThat(await(careless.host().readiness(Optional.empty(), SiteType.STATIC)))
          .isEqualTo(new Readiness.Ready());
    }
  }

  private record Closing(AzureHost host) implements AutoCloseable {
    @Override
    public void close() {
      host.close();
    }
  }

  private static Closing closing(AzureHost host) {
    return new Closing(host);
  }

  private void deploy(Site site, String word) {
    Artifact artifact =
        TestSites.artifact(
            files.resolve(word),
            site.type() == SiteType.STATIC ? TestSites.pages(word) : TestSites.program(word));
    await(host.provision(site, words));
    await(host.tag(site, words));
    await(host.upload(site, artifact, words));
    await(host.activate(site, artifact.sha256(), words));
  }

  private static Set<String> actionsOf(String role) throws IOException {
    Set<String> actions = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    Json.read(Files.readString(Path.of("deploy/azure", role + ".json")), JsonNode.class)
        .get("Actions")
        .forEach(action -> actions.add(action.asText()));
    return actions;
  }

  /** What was asked of Resource Manager, as roles spell it. */
  private static Set<String> made() {
    Set<String> actions = new TreeSet<>();
    cloud.calls().stream()
        .filter(call -> !call.blob() && !call.path().contains("/operationresults/"))
        .map(RolesTest::action)
        .forEach(actions::add);
    return actions;
  }

  private static String action(Cloud.Call call) {
    int providers = call.path().lastIndexOf("/providers/");
    return providers < 0
        ? ofGroups(call)
        : spelt(call, call.path().substring(providers + "/providers/".length()).split("/"));
  }

  private static String ofGroups(Cloud.Call call) {
    String base = "Microsoft.Resources/subscriptions/";
    String[] parts = call.path().split("/");
    return switch (parts.length) {
      case 2 -> base + "read";
      case 4 -> base + parts[3] + "/read";
      case 5 -> base + parts[3] + "/" + verb(call).orElseThrow();
      default -> base + parts[3] + "/" + parts[5] + "/read";
    };
  }

  /** Names of things stand between the words of their type; what is left over is the action. */
  private static String spelt(Cloud.Call call, String[] parts) {
    StringBuilder action = new StringBuilder(parts[0]);
    for (int i = 1; i < parts.length; i += 2) {
      action.append('/').append(parts[i]);
    }
    return action.append('/').append(verb(call).orElse("action")).toString();
  }

  private static Optional<String> verb(Cloud.Call call) {
    return switch (call.method()) {
      case "GET" -> Optional.of("read");
      case "PUT", "PATCH" -> Optional.of("write");
      case "DELETE" -> Optional.of("delete");
      default -> Optional.empty();
    };
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofSeconds(60));
  }
}
