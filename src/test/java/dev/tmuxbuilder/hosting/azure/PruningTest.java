package dev.tmuxbuilder.hosting.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.models.BlobItem;
import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.TestSites;
import dev.tmuxbuilder.hosting.UrlPaths;
import dev.tmuxbuilder.hosting.azure.Cloud.Fault;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What of a static site's releases stays when they make room; which do is the contract's matter.
 */
class PruningTest {
  private static BlobServer blobs;
  private static Cloud cloud;
  private static FrontDoorStandIn edge;

  private Site site = TestSites.site();
  private final TestSites.Words words = new TestSites.Words();
  private @TempDir Path files;
  private AzureHost host;
  private long lastWritten;

  @BeforeAll
  static void begin() {
    blobs = BlobServer.start();
    cloud = new Cloud(blobs);
    edge = new FrontDoorStandIn(cloud);
  }

  @AfterAll
  static void end() {
    edge.close();
    cloud.close();
    blobs.close();
  }

  @BeforeEach
  void open() {
    cloud.manager().reset();
    cloud.follow();
    host = keepingOne();
  }

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void whatReleasesThatStayHaveFromOthersStaysUntilNoneHasIt() {
    Artifact one = many("One");
    URI url = deploy(one);
    Artifact two = many("Two");
    deploy(two);
    deploy(many("Three"));

    assertThat(names())
        .contains(Keys.blob(one.sha256(), "page-7.html"), Keys.mark(one.sha256()))
        .doesNotContain(Keys.blob(one.sha256(), "index.html"), Keys.manifest(one.sha256()));
    assertServes(url, pages("Three"));
    activate(two);
    assertServes(url, pages("Two"));

    Artifact whole = artifact(TestSites.pages("Four"));
    deploy(whole);
    Artifact wholeToo = artifact(TestSites.pages("Five"));
    deploy(wholeToo);
    assertThat(names())
        .filteredOn(name -> !List.of("404.html", Keys.CHANGE).contains(name))
        .allMatch(name -> name.contains(whole.sha256()) || name.contains(wholeToo.sha256()))
        .noneMatch(name -> name.startsWith(Keys.MARKS));
    activate(whole);
    assertServes(url, TestSites.pages("Four"));
  }

  @Test
  void aRemovalThatIsKilledAfterAnyCallIsFinishedLater() {
    Artifact one = many("One");
    Artifact two = many("Two");
    Artifact three = many("Three");
    ready(one, two, three);
    cloud.follow();
    activate(three);
    int calls = cloud.writes().size();
    List<String> left = names();
    await(host.destroy(site, words));
    for (int at : IntStream.rangeClosed(calls - 5, calls).toArray()) { // from before the removal on
      site = TestSites.site();
      URI url = ready(one, two, three);
      killedAfter(at, host.activate(site, three.sha256(), words));

      activate(three);

      assertThat(names()).as("after call " + at).isEqualTo(left);
      assertServes(url, pages("Three"));
      activate(two);
      assertServes(url, pages("Two"));
      await(host.destroy(site, words));
    }
  }

  @Test
  void whatWasShownBeforeASwitchThatWasKilledStays() {
    Artifact one = many("One");
    URI url = deploy(one);
    deploy(many("Two"));
    deploy(one);
    nextSecond();
    Artifact three = many("Three");
    await(host.upload(site, three, words));
    cloud.follow(
        (call, number) -> {
          if (!call.method().equals("PATCH")) {
            return Fault.NONE;
          }
          cloud.die();
          return Fault.CUT_AFTER;
        });
    killed(host.activate(site, three.sha256(), words));

    activate(three);

    assertServes(url, pages("Three"));
    activate(one);
    assertServes(url, pages("One"));
  }

  private URI ready(Artifact one, Artifact two, Artifact three) {
    URI url = deploy(one);
    deploy(two);
    nextSecond();
    await(host.upload(site, three, words));
    return url;
  }

  private void killedAfter(int at, Uni<?> work) {
    cloud.follow(
        (call, number) -> {
          if (number != at) {
            return Fault.NONE;
          }
          cloud.die();
          return Fault.CUT_AFTER;
        });
    killed(work);
  }

  private void killed(Uni<?> work) {
    CompletableFuture<?> running = work.subscribeAsCompletionStage();
    assertThat(cloud.died()).succeedsWithin(60, TimeUnit.SECONDS);
    running.cancel(true);
    host.close();
    cloud.follow();
    host = keepingOne();
  }

  private static AzureHost keepingOne() {
    return AzureSites.host(cloud.endpoint(), edge, "sites.releases", "1");
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

  /** Azure tells to the second when something was written. */
  private void nextSecond() {
    long last = lastWritten;
    Awaitility.await()
        .pollInterval(Duration.ofMillis(20))
        .until(() -> Instant.now().getEpochSecond() > last);
    lastWritten = Instant.now().getEpochSecond();
  }

  private List<String> names() {
    String account = new AzureNames(site.execution()).account();
    BlobServiceClient client = blobs.client(cloud.manager().blobAccount(account));
    return Stream.of(BlobStore.OWN, BlobStore.WEB)
        .flatMap(container -> client.getBlobContainerClient(container).listBlobs().stream())
        .map(BlobItem::getName)
        .toList();
  }

  private void assertServes(URI url, Map<String, String> pages) {
    pages.forEach(
        (path, content) ->
            assertThat(edge.get(url.getHost(), UrlPaths.of(path)).text())
                .as(path)
                .isEqualTo(content));
  }

  /** So many pages that one that changes is told of by rules. */
  private static Map<String, String> pages(String word) {
    Map<String, String> pages = TestSites.pages(word);
    for (int i = 0; i < 60; i++) {
      pages.put("page-" + i + ".html", "<!doctype html><title>" + i + "</title>");
    }
    return pages;
  }

  private Artifact many(String word) {
    return artifact(pages(word));
  }

  private Artifact artifact(Map<String, String> pages) {
    return TestSites.artifact(files.resolve(Json.digest(pages)), pages);
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofSeconds(120));
  }
}
