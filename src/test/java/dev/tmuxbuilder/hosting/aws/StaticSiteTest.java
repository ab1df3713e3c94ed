package dev.tmuxbuilder.hosting.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.TestSites;
import dev.tmuxbuilder.hosting.UrlPaths;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** A static site from nothing to nothing, with every change in between. */
class StaticSiteTest {
  private static Emulator emulator;

  private final Site site = TestSites.site();
  private final TestSites.Words words = new TestSites.Words();
  private @TempDir Path files;
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
  void open() {
    emulator.reset();
    emulator.cloudFrontTakes(0);
    wire = new Wire(emulator.endpoint());
    account = new Account(emulator.endpoint());
    edge = new CloudFrontStandIn(emulator.endpoint());
    host = AwsSites.host(wire.endpoint());
  }

  @AfterEach
  void close() {
    host.close();
    edge.close();
    account.close();
    wire.close();
  }

  @Test
  void aSiteKeepsItsUrlOverTwentyRedeploysAndThreeRollbacksAndLeavesNothingBehind() {
    List<String> before = account.everything();
    Map<String, String> pages = TestSites.pages("One");
    List<Artifact> releases = new ArrayList<>();
    List<Map<String, String>> contents = new ArrayList<>();
    URI url = deploy(artifact(pages));
    releases.add(artifact(pages));
    contents.add(Map.copyOf(pages));
    assertServes(url, pages);
    for (int i = 1; i <= 20; i++) {
      pages.put("index.html", "<!doctype html><title>Home</title><h1>Number " + i + "</h1>");
      pages.put("pages/" + i + "/index.html", "<!doctype html><title>" + i + "</title>");
      pages.put("images/logo.svg", "<svg xmlns='http://www.w3.org/2000/svg' id='a" + i + "'/>");
      if (i % 5 == 0) {
        pages.remove("pages/" + (i - 1) + "/index.html");
      }
      Artifact next = artifact(pages);
      assertThat(deploy(next)).isEqualTo(url);
      assertServes(url, pages);
      releases.add(next);
      contents.add(new TreeMap<>(pages));
    }
    assertThat(edge.get(url.getHost(), "/pages/4/").status()).isEqualTo(404);
    for (int number : List.of(3, 20, 0)) {
      wire.follow();
      await(host.activate(site, releases.get(number).sha256(), words));
      assertServes(url, contents.get(number));
      assertThat(wire.writes("s3")).as("a rollback is a switch").isEmpty();
    }
    await(host.destroy(site, words));
    assertThat(account.everything()).isEqualTo(before);
    assertThat(await(host.inventory(site))).isEmpty();
    await(host.destroy(site, words));
  }

  @Test
  void aPageThatWasChangedAndThenRemovedIsGone() {
    Map<String, String> pages = TestSites.pages("One");
    pages.put("menu/index.html", "<!doctype html><title>Menu</title><h1>First menu</h1>");
    URI url = deploy(artifact(pages));
    pages.put("menu/index.html", "<!doctype html><title>Menu</title><h1>Second menu</h1>");
    deploy(artifact(pages));
    assertThat(edge.get(url.getHost(), "/menu/").text()).contains("Second menu");
    pages.remove("menu/index.html");
    deploy(artifact(pages));
    assertThat(edge.get(url.getHost(), "/menu/").status()).isEqualTo(404);
    assertServes(url, pages);
  }

  @Test
  void theBucketIsPrivateEncryptedAndVersioned() {
    deploy(artifact(TestSites.pages("One")));
    String bucket = account.buckets().getFirst();
    var block =
        account.s3.getPublicAccessBlock(get -> get.bucket(bucket)).publicAccessBlockConfiguration();
    assertThat(
            List.of(
                block.blockPublicAcls(),
                block.ignorePublicAcls(),
                block.blockPublicPolicy(),
                block.restrictPublicBuckets()))
        .containsOnly(true);
    assertThat(account.s3.getBucketVersioning(get -> get.bucket(bucket)).status())
        .isEqualTo(BucketVersioningStatus.ENABLED);
    assertThat(
            account
                .s3
                .getBucketEncryption(get -> get.bucket(bucket))
                .serverSideEncryptionConfiguration()
                .rules()
                .getFirst()
                .applyServerSideEncryptionByDefault()
                .sseAlgorithm())
        .isEqualTo(ServerSideEncryption.AES256);
    assertThat(account.s3.getBucketPolicy(get -> get.bucket(bucket)).policy())
        .contains(account.distributions().getFirst().arn());
  }

  @Test
  void filesAreServedWithTheirTypesAndCacheRules() {
    Map<String, String> pages = TestSites.pages("One");
    pages.put("drawing.svgz", "packed");
    URI url = deploy(artifact(pages));
    String domain = url.getHost();
    assertThat(edge.get(domain, "/").type()).isEqualTo("text/html; charset=utf-8");
    assertThat(edge.get(domain, "/").cache()).isEqualTo("no-cache");
    assertThat(edge.get(domain, "/about/").text()).contains("<h1>About</h1>");
    assertThat(edge.get(domain, "/about").text()).contains("url='about/'");
    assertThat(edge.get(domain, "/assets/style.3fa9c1d2.css").cache())
        .isEqualTo("public, max-age=31536000, immutable");
    assertThat(edge.get(domain, "/assets/style.3fa9c1d2.css").type())
        .isEqualTo("text/css; charset=utf-8");
    assertThat(edge.get(domain, "/drawing.svgz").encoding()).isEqualTo("gzip");
    CloudFrontStandIn.Answer missing = edge.get(domain, "/nowhere");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.text()).contains("<h1>Lost</h1>");
  }

  @Test
  void aSiteOfOneProgramShowsItsHomePageEverywhereWhenToldTo() {
    host.close();
    host = AwsSites.host(wire.endpoint(), "spa", "true");
    URI url = deploy(artifact(TestSites.pages("One")));
    CloudFrontStandIn.Answer deep = edge.get(url.getHost(), "/some/where");
    assertThat(deep.status()).isEqualTo(200);
    assertThat(deep.text()).contains("<h1>One</h1>");
  }

  @Test
  void oneChangedFileOfManyTakesThreeWritesAtMost() {
    Map<String, String> pages = TestSites.pages("One");
    for (int i = 0; i < 300; i++) {
      pages.put("pages/p" + i + ".html", "<!doctype html><title>" + i + "</title>");
    }
    URI url = deploy(artifact(pages));
    pages.put("pages/p7.html", "<!doctype html><title>changed</title>");
    wire.follow();
    deploy(artifact(pages));
    assertThat(wire.writes("s3")).hasSizeLessThanOrEqualTo(3);
    assertThat(edge.get(url.getHost(), "/pages/p7.html").text()).contains("changed");
    assertThat(edge.get(url.getHost(), "/pages/p8.html").text()).contains("<title>8<");
    assertThat(invalidated()).containsExactly("/pages/p7.html");
  }

  @Test
  void aSiteThatIsTurnedOverIsWholeAgainAndOnlyWhatIsNewTravels() {
    Map<String, String> pages = TestSites.pages("One");
    for (int i = 0; i < 120; i++) {
      pages.put("pages/p" + i + ".html", "<!doctype html><title>" + i + "</title>");
    }
    URI url = deploy(artifact(pages));
    for (int i = 0; i < 100; i++) {
      pages.remove("pages/p" + i + ".html");
    }
    pages.put("pages/new.html", "<!doctype html><title>new</title>");
    wire.follow();
    deploy(artifact(pages));
    assertServes(url, pages);
    assertThat(edge.get(url.getHost(), "/pages/p3.html").status()).isEqualTo(404);
    assertThat(words.data.stream().filter(data -> data.containsKey("uploaded_files")).toList())
        .last()
        .satisfies(data -> assertThat(data.get("uploaded_files")).isEqualTo(1));
  }

  @Test
  void aLargeFileTravelsInParts() {
    Map<String, String> pages = TestSites.pages("One");
    pages.put("download.txt", "0123456789".repeat(2_000_000));
    URI url = deploy(artifact(pages));
    assertThat(wire.writes("s3"))
        .filteredOn(call -> call.query().contains("partNumber="))
        .hasSize(3); // 20 MB in parts of 8 MiB
    assertThat(edge.get(url.getHost(), "/download.txt").text())
        .isEqualTo(pages.get("download.txt"));
  }

  @Test
  void aRedeployOfTheSameFilesWritesNothing() {
    Artifact artifact = artifact(TestSites.pages("One"));
    deploy(artifact);
    wire.follow();
    deploy(artifact);
    assertThat(wire.calls().stream().filter(Wire.Call::mutating)).isEmpty();
  }

  @Test
  void filesWithUnusualNamesAreServed() {
    Map<String, String> pages = TestSites.pages("One");
    pages.put("menü/größe & mehr.html", "<!doctype html><title>ü</title>");
    URI url = deploy(artifact(pages));
    pages.put("menü/größe & mehr.html", "<!doctype html><title>changed</title>");
    deploy(artifact(pages));
    assertThat(edge.get(url.getHost(), UrlPaths.of("menü/größe & mehr.html")).text())
        .contains("changed");
  }

  @Test
  void watchersSeeThatCloudFrontTakesItsTimeAndCancellingIsQuick() {
    emulator.cloudFrontTakes(14);
    deploy(artifact(TestSites.pages("One")));
    assertThat(words.said).anyMatch(line -> line.contains("CloudFront spreads the change"));

    emulator.cloudFrontTakes(1_000_000);
    Site other = TestSites.site();
    Artifact artifact = artifact(TestSites.pages("One"));
    await(host.provision(other, words));
    await(host.upload(other, artifact, words));
    words.said.clear();
    var running = host.activate(other, artifact.sha256(), words).subscribe().asCompletionStage();
    org.awaitility.Awaitility.await().until(() -> words.said.size() > 2);
    running.cancel(true);
    wire.follow();
    org.awaitility.Awaitility.await()
        .during(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(5))
        .until(() -> wire.calls().size() <= 1);
    emulator.cloudFrontTakes(0);
    await(host.destroy(other, words));
    await(host.destroy(site, words));
  }

  @Test
  void aBucketDeletedByHandIsMadeAgain() {
    Artifact artifact = artifact(TestSites.pages("One"));
    URI url = deploy(artifact);
    String bucket = account.buckets().getFirst();
    new BucketRemoval(account.s3, bucket).run();
    assertThatThrownBy(() -> await(host.activate(site, artifact.sha256(), words)))
        .isInstanceOfSatisfying(
            StepFailure.class,
            failure -> assertThat(failure.info().code()).isEqualTo("resource_missing"));
    assertThat(deploy(artifact)).isEqualTo(url);
    assertServes(url, TestSites.pages("One"));
  }

  @Test
  void tagsThatWereEditedByHandAreSetRightAndThoseOfOthersStay() {
    deploy(artifact(TestSites.pages("One")));
    String bucket = account.buckets().getFirst();
    account.s3.putBucketTagging(
        put ->
            put.bucket(bucket)
                .tagging(
                    set ->
                        set.tagSet(
                            tag -> tag.key("Project").value("mine"),
                            tag -> tag.key("Team").value("web"))));
    List<Resource> resources = await(host.tag(site, words));
    Map<String, String> tags = account.bucketTags(bucket);
    assertThat(tags).containsAllEntriesOf(site.tags()).containsEntry("Team", "web");
    assertThat(resources.getFirst().tags()).isEqualTo(tags);
  }

  @Test
  void whatSomebodyChangedByHandIsSeenAndSetRightByARedeploy() {
    Artifact artifact = artifact(TestSites.pages("One"));
    URI url = deploy(artifact);
    assertThat(await(host.changes(site)).values()).allMatch(List::isEmpty);
    String bucket = account.buckets().getFirst();
    account.s3.putBucketVersioning(
        put ->
            put.bucket(bucket)
                .versioningConfiguration(
                    versioning -> versioning.status(BucketVersioningStatus.SUSPENDED)));
    account.s3.deletePublicAccessBlock(delete -> delete.bucket(bucket));
    String id = account.distributions().getFirst().id();
    var current = account.cloudFront.getDistributionConfig(get -> get.id(id));
    account.cloudFront.updateDistribution(
        update ->
            update
                .id(id)
                .ifMatch(current.eTag())
                .distributionConfig(
                    current.distributionConfig().toBuilder().enabled(false).build()));

    Map<String, List<String>> changes = await(host.changes(site));
    assertThat(changes.get(bucket))
        .containsExactlyInAnyOrder(
            "no longer so: public access is blocked", "no longer so: objects are versioned");
    assertThat(changes.get(id)).containsExactly("it is switched off");

    deploy(artifact);
    assertThat(await(host.changes(site)).values()).allMatch(List::isEmpty);
    assertServes(url, TestSites.pages("One"));
  }

  private URI deploy(Artifact artifact) {
    URI url = await(host.provision(site, words)).url();
    await(host.tag(site, words));
    await(host.upload(site, artifact, words));
    await(host.activate(site, artifact.sha256(), words));
    return url;
  }

  private List<String> invalidated() {
    String id = account.distributions().getFirst().id();
    var all =
        account
            .cloudFront
            .listInvalidations(list -> list.distributionId(id))
            .invalidationList()
            .items();
    return account
        .cloudFront
        .getInvalidation(get -> get.distributionId(id).id(all.getLast().id()))
        .invalidation()
        .invalidationBatch()
        .paths()
        .items();
  }

  private void assertServes(URI url, Map<String, String> pages) {
    pages.forEach(
        (path, content) -> {
          CloudFrontStandIn.Answer answer = edge.get(url.getHost(), UrlPaths.of(path));
          assertThat(answer.status()).as(path).isEqualTo(200);
          assertThat(answer.text()).as(path).isEqualTo(content);
        });
    assertThat(edge.get(url.getHost(), "/").text()).isEqualTo(pages.get("index.html"));
  }

  private Artifact artifact(Map<String, String> pages) {
    return TestSites.artifact(files.resolve(Json.digest(pages)), pages);
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofSeconds(120));
  }
}
