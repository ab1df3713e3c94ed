package dev.tmuxbuilder.hosting.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.ErrorInfo;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.TestSites;
import dev.tmuxbuilder.hosting.aws.Wire.Fault;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

/** What goes wrong at each single call of a dynamic site's life. */
class DynamicFaultsTest {
  private static Emulator emulator;

  private final TestSites.Words words = new TestSites.Words();
  private Artifact one;
  private Artifact two;
  private Ec2StandIn ec2;
  private Wire wire;
  private Account account;
  private AwsHost host;
  private List<String> before;

  @BeforeAll
  static void begin() {
    emulator = Emulator.start(Map.of());
  }

  @AfterAll
  static void end() {
    emulator.close();
  }

  @BeforeEach
  void open(@TempDir Path files) {
    emulator.reset();
    ec2 = new Ec2StandIn(emulator.endpoint(), false);
    wire = new Wire(emulator.endpoint(), ec2);
    account = new Account(emulator.endpoint());
    host = AwsSites.host(wire.endpoint());
    before = account.everything();
    one = TestSites.artifact(files.resolve("one"), TestSites.program("One"));
    two = TestSites.artifact(files.resolve("two"), TestSites.program("Two"));
  }

  @AfterEach
  void close() {
    host.close();
    account.close();
    wire.close();
    ec2.close();
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

  @Test
  void aServiceKilledAtAnyCallLeavesNothingDoubleAndGoesOn() {
    Site first = TestSites.site(SiteType.DYNAMIC);
    int calls = mutatingCallsOf(() -> deploy(first, one));
    assertThat(calls).isGreaterThan(15);
    patiently(() -> host.destroy(first, words));
    for (Kill kill : Kill.around(calls)) {
      Site site = TestSites.site(SiteType.DYNAMIC);
      killedAt(kill, deploy(site, one));
      assertWholeAndGone(site, kill.toString());
    }
  }

  @Test
  void aRedeployThatIsKilledAtAnyCallGoesOnAtTheSameUrl() {
    Site site = TestSites.site(SiteType.DYNAMIC);
    URI url = patiently(() -> deploy(site, one));
    int calls = mutatingCallsOf(() -> deploy(site, two));
    assertThat(calls).isEqualTo(2); // the archive travels, and the command
    for (Kill kill : Kill.around(calls)) {
      Artifact next =
          TestSites.artifact(
              two.root().resolveSibling("next" + kill), TestSites.program("Next " + kill));
      killedAt(kill, deploy(site, next));
      assertThat(patiently(() -> deploy(site, next))).isEqualTo(url);
      assertThat(ec2.live(account.instances().getFirst().instanceId())).contains(next.sha256());
      assertThat(account.instances()).hasSize(1);
    }
  }

  private void assertWholeAndGone(Site site, String where) {
    URI url = patiently(() -> deploy(site, two));
    assertThat(account.buckets()).as(where).hasSize(1);
    assertThat(account.instances()).as(where).hasSize(1);
    assertThat(account.addresses()).as(where).hasSize(1);
    assertThat(account.groups()).as(where).hasSize(1);
    assertThat(url.getHost()).contains(account.addresses().getFirst().publicIp().replace('.', '-'));
    assertThat(account.addresses().getFirst().instanceId())
        .as(where)
        .isEqualTo(account.instances().getFirst().instanceId());
    assertThat(ec2.live(account.instances().getFirst().instanceId())).contains(two.sha256());
    patiently(() -> host.destroy(site, words));
    assertThat(account.everything()).as(where).isEqualTo(before);
  }

  @Test
  void aDestructionThatIsKilledAtAnyCallIsFinishedLater() {
    Site first = TestSites.site(SiteType.DYNAMIC);
    patiently(() -> deploy(first, one));
    int calls = mutatingCallsOf(() -> host.destroy(first, words));
    assertThat(calls).isGreaterThanOrEqualTo(8);
    for (Kill kill : Kill.around(calls)) {
      Site site = TestSites.site(SiteType.DYNAMIC);
      patiently(() -> deploy(site, one));
      killedAt(kill, host.destroy(site, words));
      patiently(() -> host.destroy(site, words));
      assertThat(account.everything()).as(kill.toString()).isEqualTo(before);
    }
  }

  @Test
  void aPassingFaultAtAnyCallIsOvercomeAndMakesNothingDouble() {
    Site first = TestSites.site(SiteType.DYNAMIC);
    int calls = mutatingCallsOf(() -> deploy(first, one));
    patiently(() -> host.destroy(first, words));
    Fault[] faults = {
      Fault.CUT_AFTER, Fault.BUSY, Fault.CUT_AFTER, Fault.BROKEN, Fault.THROTTLED, Fault.LATE
    };
    for (int at = 1; at <= calls; at++) {
      int broken = at;
      Fault fault = faults[at % faults.length];
      Site site = TestSites.site(SiteType.DYNAMIC);
      wire.follow((call, number) -> number == broken ? fault : Fault.NONE);
      assertWholeAndGone(site, fault + " at call " + at);
    }
  }

  @Test
  void aLostAnswerMakesNoSecondMachineNorAddress() {
    for (String action : List.of("RunInstances", "AllocateAddress")) {
      Site site = TestSites.site(SiteType.DYNAMIC);
      Set<String> lost = new HashSet<>();
      wire.follow(
          (call, number) ->
              call.action().equals(action) && lost.add(action) ? Fault.CUT_AFTER : Fault.NONE);
      assertWholeAndGone(site, action);
      assertThat(lost).as("it was lost").hasSize(1);
    }
  }

  @Test
  void aMissingPermissionIsNamedAndWhatIsLeftIsInTheInventory() {
    Site first = TestSites.site(SiteType.DYNAMIC);
    int calls = mutatingCallsOf(() -> deploy(first, one));
    patiently(() -> host.destroy(first, words));
    for (int at = 1; at <= calls; at++) {
      int denied = at;
      Site site = TestSites.site(SiteType.DYNAMIC);
      wire.follow((call, number) -> number >= denied ? Fault.DENIED : Fault.NONE);
      ErrorInfo error = failureOf(deploy(site, one)).orElseThrow();
      assertThat(error.code()).as("call " + at).isEqualTo("permission_missing");
      assertThat(error.message()).contains(":").contains("permission");
      assertThat(error.hint()).contains("deploy/aws");
      wire.follow();
      patiently(() -> host.destroy(site, words));
      assertThat(account.everything()).as("after call " + at).isEqualTo(before);
    }
  }

  private int mutatingCallsOf(Supplier<Uni<?>> work) {
    wire.follow();
    work.get().await().atMost(Duration.ofSeconds(60));
    return (int) wire.calls().stream().filter(Wire.Call::mutating).count();
  }

  /** Runs until a certain call, at which everything ends; then the service is there again. */
  private void killedAt(Kill kill, Uni<?> work) {
    wire.follow(
        (call, number) -> {
          if (number != kill.at()) {
            return Fault.NONE;
          }
          wire.die();
          return kill.fault();
        });
    CompletableFuture<?> running = work.subscribeAsCompletionStage();
    try {
      wire.died().get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException never) {
      throw new IllegalStateException(kill + ": not reached", never);
    }
    running.cancel(true);
    host.close();
    wire.follow();
    host = AwsSites.host(wire.endpoint());
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
