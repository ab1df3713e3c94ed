package dev.tmuxbuilder.hosting.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.ErrorInfo;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.TestSites;
import dev.tmuxbuilder.hosting.azure.Cloud.Fault;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes wrong at each single call: the service dies, the answer is lost, Azure says no. */
class FaultsTest {
  private static BlobServer blobs;
  private static Cloud cloud;
  private static FrontDoorStandIn edge;
  private static VirtualMachines machines;

  private final TestSites.Words words = new TestSites.Words();
  private @TempDir Path files;
  private AzureHost host;

  @BeforeAll
  static void begin() {
    blobs = BlobServer.start();
    cloud = new Cloud(blobs);
    edge = new FrontDoorStandIn(cloud);
    machines = new VirtualMachines(cloud, false);
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
    host = AzureSites.host(cloud.endpoint(), edge);
  }

  @AfterEach
  void close() {
    host.close();
  }

  private Artifact artifact(SiteType type, String word) {
    return TestSites.artifact(
        files.resolve(type + word),
        type == SiteType.STATIC
            ? Map.of("index.html", "<!doctype html><title>Home</title><h1>" + word + "</h1>")
            : TestSites.program(word));
  }

  private Uni<URI> deploy(Site site, String word) {
    return deploy(site, artifact(site.type(), word));
  }

  private Uni<URI> deploy(Site site, Artifact artifact) {
    return host.provision(site, words)
        .call(() -> host.tag(site, words))
        .call(() -> host.upload(site, artifact, words))
        .call(() -> host.activate(site, artifact.sha256(), words))
        .map(place -> place.url());
  }

  /** As the pipeline does: what may pass is tried again. */
  private static <T> T patiently(Supplier<Uni<T>> work) {
    return Uni.createFrom()
        .deferred(() -> work.get())
        .onFailure(failure -> failure instanceof StepFailure known && known.info().retryable())
        .retry()
        .atMost(2)
        .await()
        .atMost(Duration.ofSeconds(60));
  }

  private int mutatingCallsOf(Supplier<Uni<?>> work) {
    cloud.follow();
    work.get().await().atMost(Duration.ofSeconds(60));
    return cloud.writes().size();
  }

  private void assertWhole(Site site, URI url, String word, String where) {
    assertThat(cloud.everything())
        .as(where)
        .filteredOn(id -> !id.contains("/runCommands/")) // which may still be going
        .hasSize(site.type() == SiteType.STATIC ? 4 : 8);
    if (site.type() == SiteType.STATIC) {
      assertThat(edge.get(url.getHost(), "/").text()).as(where).contains(word);
    } else {
      AzureIds ids = new AzureIds(ResourceManager.SUBSCRIPTION, new AzureNames(site.execution()));
      assertThat(machines.live(ids.of(Kind.MACHINE)))
          .as(where)
          .contains(artifact(site.type(), word).sha256());
    }
  }

  private void assertGone(Site site, String where) {
    patiently(() -> host.destroy(site, words));
    assertThat(cloud.everything()).as(where).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(SiteType.class)
  void aServiceKilledAfterAnyCallLeavesNothingDoubleAndGoesOn(SiteType type) {
    Site first = TestSites.site(type);
    int calls = mutatingCallsOf(() -> deploy(first, "One"));
    assertGone(first, "at first");
    assertThat(calls).isGreaterThan(10);
    for (int at = 1; at <= calls; at++) {
      Site site = TestSites.site(type);
      killedAfter(at, deploy(site, "One"));
      assertWhole(site, patiently(() -> deploy(site, "One")), "One", "after call " + at);
      assertGone(site, "after call " + at);
    }
  }

  @ParameterizedTest
  @EnumSource(SiteType.class)
  void aRedeployThatIsKilledAfterAnyCallGoesOnAtTheSameUrl(SiteType type) {
    Site site = TestSites.site(type);
    URI url = patiently(() -> deploy(site, "One"));
    int calls = mutatingCallsOf(() -> deploy(site, "Two"));
    for (int at = 1; at <= calls; at++) {
      String word = "Number " + at;
      killedAfter(at, deploy(site, word));
      assertThat(patiently(() -> deploy(site, word))).isEqualTo(url);
      assertWhole(site, url, word, "after call " + at);
    }
    killedAfter(1, host.destroy(site, words));
    assertGone(site, "a destruction that was killed");
  }

  @Test
  void aRedeployOfOneFileOfManyThatIsKilledAfterAnyCallGoesOnAtTheSameUrl() {
    Site site = TestSites.site();
    URI url = patiently(() -> deploy(site, many("One")));
    mutatingCallsOf(() -> deploy(site, many("Two")));
    int calls = mutatingCallsOf(() -> deploy(site, many("Three")));
    assertThat(calls).isLessThan(15);
    for (int at = 1; at < calls; at++) { // the last one tidies up, which a crash puts off
      String word = "Number " + at;
      killedAfter(at, deploy(site, many(word)));
      assertThat(patiently(() -> deploy(site, many(word)))).isEqualTo(url);
      assertWhole(site, url, word, "after call " + at);
    }
    assertGone(site, "at last");
  }

  /** Of which the home page alone says the word. */
  private Artifact many(String word) {
    Map<String, String> pages = new TreeMap<>();
    for (int i = 0; i < 60; i++) {
      pages.put("page-" + i + ".html", "<!doctype html><title>" + i + "</title>");
    }
    pages.put("index.html", "<!doctype html><title>Home</title><h1>" + word + "</h1>");
    return TestSites.artifact(files.resolve("many" + word), pages);
  }

  @ParameterizedTest
  @EnumSource(SiteType.class)
  void aServiceKilledWhileAzureWorksGoesOnWithWhatItFinds(SiteType type) {
    cloud.manager().takes(3);
    for (int at = 1; at <= 6; at++) {
      Site site = TestSites.site(type);
      killedAfter(at, deploy(site, "One"));
      assertWhole(site, patiently(() -> deploy(site, "One")), "One", "after call " + at);
      killedAfter(1, host.destroy(site, words));
      assertGone(site, "after call " + at);
    }
  }

  /** Runs until a certain call has had its effect, at which all ends; then the service is back. */
  private void killedAfter(int at, Uni<?> work) {
    cloud.follow(
        (call, number) -> {
          if (number != at) {
            return Fault.NONE;
          }
          cloud.die();
          return Fault.CUT_AFTER;
        });
    CompletableFuture<?> running = work.subscribeAsCompletionStage();
    try {
      cloud.died().get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException never) {
      throw new IllegalStateException("call " + at + ": not reached", never);
    }
    running.cancel(true);
    host.close();
    cloud.follow();
    host = AzureSites.host(cloud.endpoint(), edge);
  }

  @ParameterizedTest
  @EnumSource(SiteType.class)
  void aPassingFaultAtAnyCallIsOvercome(SiteType type) {
    Site first = TestSites.site(type);
    int calls = mutatingCallsOf(() -> deploy(first, "One"));
    assertGone(first, "at first");
    Fault[] faults = {
      Fault.BUSY, Fault.CUT_AFTER, Fault.CONFLICT, Fault.CUT_BEFORE, Fault.BROKEN, Fault.CUT_AFTER
    };
    for (int at = 1; at <= calls; at++) {
      int broken = at;
      Fault fault = faults[at % faults.length];
      Site site = TestSites.site(type);
      cloud.follow((call, number) -> number == broken ? fault : Fault.NONE);
      URI url = patiently(() -> deploy(site, "One"));
      assertWhole(site, url, "One", fault + " at call " + at);
      assertGone(site, fault + " at call " + at);
    }
  }

  @Test
  void aThrottledCallComesAgainWhenAzureSaidThatItMay() {
    Site site = TestSites.site();
    cloud.follow((call, number) -> number == 2 ? Fault.THROTTLED : Fault.NONE);
    long since = System.nanoTime();
    patiently(() -> deploy(site, "One"));
    assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThan(Duration.ofMillis(900));
    assertThat(cloud.everything()).hasSize(4);
  }

  @ParameterizedTest
  @EnumSource(SiteType.class)
  void aMissingPermissionIsNamedAndWhatIsLeftIsInTheInventory(SiteType type) {
    Site first = TestSites.site(type);
    int calls = mutatingCallsOf(() -> deploy(first, "One"));
    assertGone(first, "at first");
    for (int at = 1; at < calls; at += 2) { // the last one tidies up
      int denied = at;
      Site site = TestSites.site(type);
      cloud.follow((call, number) -> number >= denied ? Fault.DENIED : Fault.NONE);
      ErrorInfo error = failureOf(deploy(site, "One")).orElseThrow();
      assertThat(error.code()).isEqualTo("permission_missing");
      assertThat(error.message()).contains("Microsoft.");
      assertThat(error.hint()).contains("deploy/azure");
      cloud.follow();
      assertThat(host.inventory(site).await().atMost(Duration.ofSeconds(20)))
          .as("after call " + at)
          .hasSameSizeAs(cloud.everything());
      assertGone(site, "after call " + at);
    }
  }

  @Test
  void whatAzureRefusesIsToldApart() {
    Site site = TestSites.site();
    AzureNames names = new AzureNames(site.execution());
    cloud.manager().takenByAStranger(names.account());
    assertRefused(site, "name_taken", false);
    cloud.manager().reset();
    cloud.manager().quota("Microsoft.Cdn/profiles", 0);
    assertRefused(site, "quota_reached", false);
    cloud.manager().reset();
    for (Map.Entry<Fault, String> refusal :
        Map.of(
                Fault.EXPIRED, "credentials_expired",
                Fault.CONFLICT, "changed_meanwhile",
                Fault.BUSY, "throttled",
                Fault.BROKEN, "azure_unavailable")
            .entrySet()) {
      cloud.follow((call, number) -> number >= 1 ? refusal.getKey() : Fault.NONE);
      assertRefused(site, refusal.getValue(), refusal.getKey() != Fault.EXPIRED);
    }
    cloud.follow();
    patiently(() -> deploy(site, "One"));
  }

  private void assertRefused(Site site, String code, boolean retryable) {
    ErrorInfo error = failureOf(deploy(site, "One")).orElseThrow();
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.retryable()).isEqualTo(retryable);
  }

  @Test
  void aGroupThatIsTaggedAsAStrangersIsNotTouched() {
    Site site = TestSites.site();
    AzureIds ids = new AzureIds(ResourceManager.SUBSCRIPTION, new AzureNames(site.execution()));
    patiently(() -> deploy(site, "One"));
    cloud
        .manager()
        .change(
            ids.of(Kind.GROUP), body -> body.putObject("tags").put(AzureTags.OWNER, "a-stranger"));
    List<String> before = cloud.everything();
    assertRefused(site, "name_taken", false);
    assertThat(failureOf(host.destroy(site, words)).orElseThrow().code()).isEqualTo("name_taken");
    assertThat(cloud.everything()).isEqualTo(before);
  }

  @Test
  void noServerAtAllAndNoSuchSubscriptionAreSaidPlainly() {
    AzureHost lost = AzureSites.host(URI.create("http://127.0.0.1:1"), edge);
    ErrorInfo error = failureOf(lost.provision(TestSites.site(), words)).orElseThrow();
    assertThat(error.code()).isEqualTo("azure_unreachable");
    assertThat(error.retryable()).isTrue();
    lost.close();
    AzureHost other = AzureSites.host(cloud.endpoint(), edge, "subscription", "somebody's");
    assertThat(failureOf(other.provision(TestSites.site(), words)).orElseThrow().code())
        .isEqualTo("subscription_missing");
    other.close();
  }

  private static Optional<ErrorInfo> failureOf(Uni<?> work) {
    try {
      work.await().atMost(Duration.ofSeconds(60));
      return Optional.empty();
    } catch (StepFailure failure) {
      return Optional.of(failure.info());
    }
  }
}
