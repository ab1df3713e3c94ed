package dev.tmuxbuilder.hosting.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.ErrorInfo;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.TestSites;
import dev.tmuxbuilder.hosting.aws.Wire.Fault;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong at each single call: the service dies, the answer is lost, AWS says no. */
class FaultsTest {
  private static Emulator emulator;

  private final TestSites.Words words = new TestSites.Words();
  private Artifact one;
  private Artifact two;
  private Wire wire;
  private Account account;
  private CloudFrontStandIn edge;
  private AwsHost host;

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
    wire = new Wire(emulator.endpoint());
    account = new Account(emulator.endpoint());
    edge = new CloudFrontStandIn(emulator.endpoint());
    host = AwsSites.host(wire.endpoint());
    one = TestSites.artifact(files.resolve("one"), TestSites.pages("One"));
    two = TestSites.artifact(files.resolve("two"), TestSites.pages("Two"));
  }

  @AfterEach
  void close() {
    host.close();
    edge.close();
    account.close();
    wire.close();
  }

  private Uni<URI> deploy(Site site, Artifact artifact) {
    return host.provision(site, words)
        .call(() -> host.tag(site, words))
        .call(() -> host.upload(site, artifact, words))
        .call(() -> host.activate(site, artifact.sha256(), words))
        .map(place -> place.url());
  }

  private Uni<URI> life(Site site) {
    return deploy(site, one).chain(() -> deploy(site, two));
  }

  /** As the pipeline does: what may pass is tried again. */
  private static <T> T patiently(Uni<T> work) {
    return work.onFailure(
            failure -> failure instanceof StepFailure known && known.info().retryable())
        .retry()
        .atMost(2)
        .await()
        .atMost(Duration.ofSeconds(120));
  }

  @Test
  void aServiceKilledAtAnyCallLeavesNothingDoubleAndGoesOn() {
    int calls = mutatingCallsOf(site -> life(site).replaceWithVoid());
    assertThat(calls).isGreaterThan(15);
    for (Kill kill : Kill.around(calls)) {
      String where = kill.toString();
      Site site = TestSites.site();
      killedAt(kill, life(site));
      URI url = patiently(life(site));
      assertThat(account.buckets()).as(where).hasSize(1);
      assertThat(account.distributions()).as(where).hasSize(1);
      assertThat(account.accessControls()).as(where).hasSize(1);
      assertThat(edge.get(url.getHost(), "/").text()).as(where).contains("Two");
      patiently(host.destroy(site, words));
      assertThat(account.everything()).as(where).isEmpty();
    }
  }

  @Test
  void aDestructionThatIsKilledAtAnyCallIsFinishedLater() {
    Site first = TestSites.site();
    patiently(life(first));
    int calls = mutatingCallsOf(any -> host.destroy(first, words));
    assertThat(calls).isGreaterThanOrEqualTo(5);
    for (Kill kill : Kill.around(calls)) {
      Site site = TestSites.site();
      patiently(life(site));
      killedAt(kill, host.destroy(site, words));
      patiently(host.destroy(site, words));
      assertThat(account.everything()).as(kill.toString()).isEmpty();
    }
  }

  private int mutatingCallsOf(java.util.function.Function<Site, Uni<Void>> work) {
    Site site = TestSites.site();
    wire.follow();
    patiently(work.apply(site));
    int calls = (int) wire.calls().stream().filter(Wire.Call::mutating).count();
    patiently(host.destroy(site, words));
    return calls;
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
    } catch (InterruptedException
        | java.util.concurrent.ExecutionException
        | TimeoutException never) {
      throw new IllegalStateException(kill + ": not reached", never);
    }
    running.cancel(true);
    host.close();
    wire.follow();
    host = AwsSites.host(wire.endpoint());
  }

  @Test
  void aPassingFaultAtAnyCallIsOvercome() {
    int calls = mutatingCallsOf(site -> life(site).replaceWithVoid());
    Fault[] faults = {
      Fault.BUSY, Fault.BROKEN, Fault.THROTTLED, Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.LATE
    };
    for (int at = 1; at <= calls; at++) {
      int broken = at;
      Fault fault = faults[at % faults.length];
      Site site = TestSites.site();
      wire.follow((call, number) -> number == broken ? fault : Fault.NONE);
      URI url = patiently(life(site));
      assertThat(edge.get(url.getHost(), "/").text()).contains("Two");
      assertThat(account.everything()).as(fault + " at call " + at).hasSize(3);
      patiently(host.destroy(site, words));
      assertThat(account.everything()).isEmpty();
    }
  }

  @Test
  void aMissingPermissionIsNamedAndWhatIsLeftIsInTheInventory() {
    int calls = mutatingCallsOf(site -> deploy(site, one).replaceWithVoid());
    for (int at = 1; at <= calls; at++) {
      int denied = at;
      Site site = TestSites.site();
      wire.follow((call, number) -> number >= denied ? Fault.DENIED : Fault.NONE);
      ErrorInfo error = failureOf(deploy(site, one)).orElseThrow();
      if (!error.code().equals("permission_missing")) { // the last call may be one without need
        continue;
      }
      assertThat(error.message()).contains(":").contains("permission");
      assertThat(error.hint()).contains("deploy/aws");
      wire.follow();
      List<String> known =
          host.inventory(site).await().atMost(Duration.ofSeconds(20)).stream()
              .map(resource -> resource.type())
              .toList();
      assertThat(known).as("after call " + at).hasSameSizeAs(account.everything());
      patiently(host.destroy(site, words));
      assertThat(account.everything()).isEmpty();
    }
  }

  /** A right to look may be missing as well as one to make. */
  @Test
  void aMissingRightToLookIsNamedToo() {
    Site seen = TestSites.site();
    wire.follow();
    patiently(deploy(seen, one));
    List<String> kinds =
        wire.calls().stream()
            .filter(call -> !call.mutating() && !call.service().equals("iam"))
            .map(FaultsTest::kind)
            .distinct()
            .toList();
    patiently(host.destroy(seen, words));
    assertThat(kinds).hasSizeGreaterThan(5);
    for (String kind : kinds) {
      Site site = TestSites.site();
      wire.follow((call, number) -> kind(call).equals(kind) ? Fault.DENIED : Fault.NONE);
      failureOf(deploy(site, one))
          .ifPresent(
              error -> {
                assertThat(error.code()).as(kind).isEqualTo("permission_missing");
                assertThat(error.message()).as(kind).contains("the permission ");
                assertThat(error.hint()).as(kind).contains("deploy/aws");
              });
      wire.follow();
      patiently(deploy(site, one));
      assertThat(account.everything()).as(kind).hasSize(3);
      patiently(host.destroy(site, words));
      assertThat(account.everything()).as(kind).isEmpty();
    }
  }

  /** What is asked of what sort of thing, without which one. */
  private static String kind(Wire.Call call) {
    return call.service()
        + " "
        + call.method()
        + " "
        + call.action()
        + " "
        + call.path().split("/").length
        + " "
        + call.query().split("=", 2)[0];
  }

  @Test
  void aBucketThatCannotBeTaggedIsNotKept() {
    Site site = TestSites.site();
    wire.follow(
        (call, number) ->
            call.method().equals("PUT") && call.query().startsWith("tagging")
                ? Fault.DENIED
                : Fault.NONE);
    ErrorInfo error = failureOf(deploy(site, one)).orElseThrow();
    assertThat(error.code()).isEqualTo("permission_missing");
    assertThat(error.message()).contains("s3:PutBucketTagging");
    assertThat(account.everything()).isEmpty();
  }

  @Test
  void expiredCredentialsAreToldFromOtherTrouble() {
    Site site = TestSites.site();
    wire.follow((call, number) -> number >= 12 ? Fault.EXPIRED : Fault.NONE);
    ErrorInfo error = failureOf(deploy(site, one)).orElseThrow();
    assertThat(error.code()).isEqualTo("credentials_expired");
    assertThat(error.retryable()).isFalse();
    wire.follow();
    patiently(deploy(site, one));
    assertThat(account.everything()).hasSize(3);
  }

  @Test
  void aBucketNameOfAStrangerIsNotTouched() {
    Site site = TestSites.site();
    String name = new AwsNames(site.execution()).bucket();
    try (Account stranger = Account.other(emulator.endpoint())) {
      stranger.s3.createBucket(create -> create.bucket(name));
      ErrorInfo error = failureOf(deploy(site, one)).orElseThrow();
      assertThat(error.code()).isEqualTo("bucket_name_taken");
      assertThat(account.everything()).isEmpty();
      assertThat(stranger.buckets()).containsExactly(name);
      patiently(host.destroy(site, words));
      assertThat(stranger.buckets()).containsExactly(name);
    }
  }

  @Test
  void noServerAtAllIsSaidPlainly() {
    AwsHost lost = AwsSites.host(URI.create("http://127.0.0.1:1"));
    ErrorInfo error = failureOf(lost.provision(TestSites.site(), words)).orElseThrow();
    assertThat(error.code()).isEqualTo("aws_unreachable");
    assertThat(error.retryable()).isTrue();
    lost.close();
  }

  private static Optional<ErrorInfo> failureOf(Uni<?> work) {
    try {
      work.await().atMost(Duration.ofSeconds(120));
      return Optional.empty();
    } catch (StepFailure failure) {
      return Optional.of(failure.info());
    } catch (CompletionException wrapped) {
      throw new IllegalStateException(wrapped.getCause());
    }
  }
}
