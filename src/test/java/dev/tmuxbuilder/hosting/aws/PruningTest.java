package dev.tmuxbuilder.hosting.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.TestSites;
import dev.tmuxbuilder.hosting.UrlPaths;
import dev.tmuxbuilder.hosting.aws.Wire.Fault;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Which releases of a static site make room, and what of them stays. */
class PruningTest {
  private static Emulator emulator;

  private Site site = TestSites.site();
  private final TestSites.Words words = new TestSites.Words();
  private @TempDir Path files;
  private Wire wire;
  private Account account;
  private CloudFrontStandIn edge;
  private AwsHost host;
  private long lastWritten;

  @BeforeAll
  static void begin() {
    emulator = Emulator.start(Map.of());
  }

  @AfterAll
  static void end() {
    emulator.close();
  }

  @BeforeEach
  void open() {
    emulator.reset();
    wire = new Wire(emulator.endpoint());
    account = new Account(emulator.endpoint());
    edge = new CloudFrontStandIn(emulator.endpoint());
    host = keeping(1);
  }

  @AfterEach
  void close() {
    host.close();
    edge.close();
    account.close();
    wire.close();
  }

  @Test
  void oldReleasesMakeRoomAndTheLatestOnesCanBeGoneBackTo() {
    host.close();
    host = keeping(2);
    Artifact one = pages("One");
    URI url = deploy(one);
    Artifact two = pages("Two");
    deploy(two);
    Artifact three = pages("Three");
    deploy(three);
    activate(one); // the first is the latest again, and the second the oldest

    deploy(pages("Four"));
    deploy(pages("Five"));

    assertThat(keys()).noneMatch(key -> key.contains(two.sha256()));
    StepFailure gone = failureOf(two);
    assertThat(gone.info().code()).isEqualTo("release_gone");
    assertThat(gone.info().hint()).contains("2 releases", "TMUXBUILDER_SITES_RELEASES");
    assertThat(failureOf(three).info().code()).isEqualTo("release_gone");
    activate(one);
    assertServes(url, TestSites.pages("One"));
  }

  @Test
  void whatReleasesThatStayHaveFromOthersStaysUntilNoneHasIt() {
    Artifact one = pages("One");
    URI url = deploy(one);
    Artifact two = pages("Two");
    deploy(two);
    deploy(pages("Three"));

    assertThat(failureOf(one).info().code()).isEqualTo("release_gone");
    assertThat(keys())
        .contains(Keys.object(one.sha256(), "about/index.html"), Keys.mark(one.sha256()))
        .doesNotContain(Keys.object(one.sha256(), "index.html"));
    assertServes(url, TestSites.pages("Three"));
    activate(two);
    assertServes(url, TestSites.pages("Two"));

    Artifact whole = unusual("Four");
    deploy(whole);
    Artifact wholeToo = unusual("Five");
    deploy(wholeToo);
    assertThat(keys())
        .allMatch(key -> key.contains(whole.sha256()) || key.contains(wholeToo.sha256()))
        .noneMatch(key -> key.startsWith(Keys.MARKS));
    activate(whole);
    assertThat(edge.get(url.getHost(), "/").text()).contains("Four");
  }

  @Test
  void aReleaseThatIsBroughtAgainIsWholeAgain() {
    Artifact one = pages("One");
    URI url = deploy(one);
    deploy(pages("Two"));
    deploy(pages("Three"));
    assertThat(keys()).contains(Keys.mark(one.sha256()));

    deploy(one);

    assertThat(keys()).doesNotContain(Keys.mark(one.sha256()));
    assertServes(url, TestSites.pages("One"));
    deploy(pages("Four"));
    activate(one);
    assertServes(url, TestSites.pages("One"));
  }

  @Test
  void aRemovalThatIsKilledAtAnyCallIsFinishedLater() {
    Artifact one = pages("One");
    Artifact two = pages("Two");
    Artifact three = pages("Three");
    ready(one, two, three);
    wire.follow();
    activate(three);
    int calls = (int) wire.calls().stream().filter(Wire.Call::mutating).count();
    assertThat(wire.writes("s3")).hasSize(3);
    List<String> left = keys();
    await(host.destroy(site, words));
    for (Kill kill : Kill.around(calls)) {
      site = TestSites.site();
      URI url = ready(one, two, three);
      killedAt(kill, host.activate(site, three.sha256(), words));

      activate(three);

      assertThat(keys()).as(kill.toString()).isEqualTo(left);
      assertServes(url, TestSites.pages("Three"));
      activate(two);
      assertServes(url, TestSites.pages("Two"));
      await(host.destroy(site, words));
    }
  }

  private URI ready(Artifact one, Artifact two, Artifact three) {
    URI url = deploy(one);
    deploy(two);
    nextSecond();
    await(host.upload(site, three, words));
    return url;
  }

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
    assertThat(wire.died()).as(kill.toString()).succeedsWithin(60, TimeUnit.SECONDS);
    running.cancel(true);
    host.close();
    wire.follow();
    host = keeping(1);
  }

  @Test
  void whatCannotBeRemovedIsNoHindranceAndIsRemovedAfterTheNextSwitch() {
    Artifact one = pages("One");
    deploy(one);
    Artifact two = pages("Two");
    deploy(two);
    wire.follow(
        (call, number) ->
            call.service().equals("s3") && call.query().contains("delete")
                ? Fault.DENIED
                : Fault.NONE);

    URI url = deploy(pages("Three"));

    assertServes(url, TestSites.pages("Three"));
    assertThat(words.said).anyMatch(said -> said.contains("Old releases could not be removed"));
    wire.follow();
    activate(two);
    assertThat(keys()).doesNotContain(Keys.manifest(one.sha256()));
    assertThat(keys()).doesNotContain(Keys.object(one.sha256(), "index.html"));
  }

  @Test
  void whatIsShownAgainMeanwhileKeepsItsObjectsAndThoseThatItHasFromOthers() {
    Artifact one = pages("One");
    deploy(one);
    Artifact two = pages("Two");
    deploy(two);
    deploy(newLogo("Three"));
    nextSecond();
    Artifact four = newLogo("Four");
    await(host.upload(site, four, words));
    wire.follow(
        (call, number) -> {
          if (call.service().equals("s3") && call.query().contains("delete")) {
            show(two);
          }
          return Fault.NONE;
        });

    activate(four);

    assertThat(keys())
        .contains(Keys.mark(two.sha256()))
        .contains(
            Keys.object(two.sha256(), "index.html"), Keys.object(one.sha256(), "images/logo.svg"));
  }

  private Artifact newLogo(String word) {
    Map<String, String> pages = new TreeMap<>(TestSites.pages(word));
    pages.put("images/logo.svg", "<svg xmlns='http://www.w3.org/2000/svg' id='new'/>");
    return artifact(pages);
  }

  /** As another owner of the run would. */
  private void show(Artifact artifact) {
    String id = account.distributions().getFirst().id();
    var current = account.cloudFront.getDistributionConfig(get -> get.id(id));
    String comment =
        Live.parse(current.distributionConfig().comment()).next(artifact.sha256(), 1).comment("it");
    account.cloudFront.updateDistribution(
        update ->
            update
                .id(id)
                .ifMatch(current.eTag())
                .distributionConfig(
                    current.distributionConfig().toBuilder().comment(comment).build()));
  }

  private AwsHost keeping(int earlier) {
    return AwsSites.host(wire.endpoint(), "sites.releases", Integer.toString(earlier));
  }

  private URI deploy(Artifact artifact) {
    URI url = await(host.provision(site, words)).url();
    nextSecond();
    await(host.upload(site, artifact, words));
    activate(artifact);
    return url;
  }

  private void activate(Artifact artifact) {
    await(host.activate(site, artifact.sha256(), words));
  }

  private StepFailure failureOf(Artifact artifact) {
    return catchThrowableOfType(StepFailure.class, () -> activate(artifact));
  }

  /** S3 tells to the second when something was written. */
  private void nextSecond() {
    long last = lastWritten;
    Awaitility.await()
        .pollInterval(Duration.ofMillis(20))
        .until(() -> Instant.now().getEpochSecond() > last);
    lastWritten = Instant.now().getEpochSecond();
  }

  private List<String> keys() {
    String bucket = account.buckets().getFirst();
    return account.s3.listObjectsV2Paginator(list -> list.bucket(bucket)).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  private void assertServes(URI url, Map<String, String> pages) {
    pages.forEach(
        (path, content) ->
            assertThat(edge.get(url.getHost(), UrlPaths.of(path)).text())
                .as(path)
                .isEqualTo(content));
  }

  private Artifact pages(String word) {
    return artifact(TestSites.pages(word));
  }

  /** No exception can be made for one with such a name, so all of the release is in its part. */
  private Artifact unusual(String word) {
    Map<String, String> pages = new TreeMap<>(TestSites.pages(word));
    pages.put("größe & mehr.html", word);
    return artifact(pages);
  }

  private Artifact artifact(Map<String, String> pages) {
    return TestSites.artifact(files.resolve(Json.digest(pages)), pages);
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofSeconds(120));
  }
}
