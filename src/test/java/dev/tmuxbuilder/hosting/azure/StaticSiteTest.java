package dev.tmuxbuilder.hosting.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.TestSites;
import dev.tmuxbuilder.hosting.UrlPaths;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A static site from nothing to nothing, with every change in between. */
class StaticSiteTest {
  private static BlobServer blobs;
  private static Cloud cloud;
  private static FrontDoorStandIn edge;

  private final Site site = TestSites.site();
  private final AzureNames names = new AzureNames(site.execution());
  private final AzureIds ids = new AzureIds(ResourceManager.SUBSCRIPTION, names);
  private final TestSites.Words words = new TestSites.Words();
  private @TempDir Path files;
  private AzureHost host;

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
    host = AzureSites.host(cloud.endpoint(), edge);
  }

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void aRollbackIsASwitchAndWhatIsGoneIsGone() {
    Map<String, String> pages = TestSites.pages("One");
    Artifact one = artifact(pages);
    URI url = deploy(one);
    Map<String, String> fewer = new TreeMap<>(pages);
    fewer.remove("about/index.html");
    deploy(artifact(fewer));
    assertServes(url, fewer);
    assertThat(edge.get(url.getHost(), "/about/").status()).isEqualTo(404);
    cloud.follow();
    await(host.activate(site, one.sha256(), words));
    assertServes(url, pages);
    assertThat(cloud.writes())
        .hasSizeLessThanOrEqualTo(5)
        .filteredOn(call -> call.path().endsWith("/routes/site"))
        .hasSize(1);
  }

  @Test
  void theAccountIsClosedAndFrontDoorTurnsEverybodyToHttps() {
    deploy(artifact(TestSites.pages("One")));
    JsonNode account = cloud.manager().at(ids.of(Kind.ACCOUNT)).orElseThrow().path("properties");
    assertThat(account.path("minimumTlsVersion").asText()).isEqualTo("TLS1_2");
    assertThat(account.path("allowBlobPublicAccess").asBoolean(true)).isFalse();
    assertThat(account.path("supportsHttpsTrafficOnly").asBoolean()).isTrue();
    JsonNode profile = cloud.manager().at(ids.of(Kind.PROFILE)).orElseThrow();
    assertThat(profile.path("sku").path("name").asText()).isEqualTo("Standard_AzureFrontDoor");
    JsonNode route =
        cloud.manager().at(ids.of(Kind.ENDPOINT) + "/routes/site").orElseThrow().path("properties");
    assertThat(route.path("httpsRedirect").asText()).isEqualTo("Enabled");
    assertThat(route.path("forwardingProtocol").asText()).isEqualTo("HttpsOnly");
    assertThat(
            route
                .path("cacheConfiguration")
                .path("compressionSettings")
                .path("isCompressionEnabled")
                .asBoolean())
        .isTrue();
  }

  @Test
  void filesAreServedWithTheirTypesCacheRulesAndSecurityHeaders() {
    Map<String, String> pages = TestSites.pages("One");
    pages.put("drawing.svgz", "packed");
    String domain = deploy(artifact(pages)).getHost();
    FrontDoorStandIn.Answer home = edge.get(domain, "/");
    assertThat(home.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(home.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(home.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(home.header("Strict-Transport-Security")).isNotEmpty();
    assertThat(edge.get(domain, "/about/").text()).contains("<h1>About</h1>");
    assertThat(edge.get(domain, "/about").text()).contains("url='about/'");
    FrontDoorStandIn.Answer style = edge.get(domain, "/assets/style.3fa9c1d2.css");
    assertThat(style.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
    assertThat(style.header("Content-Type")).isEqualTo("text/css; charset=utf-8");
    assertThat(edge.get(domain, "/drawing.svgz").header("Content-Encoding")).isEqualTo("gzip");
    FrontDoorStandIn.Answer missing = edge.get(domain, "/nowhere");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.text()).contains("<h1>Lost</h1>");
  }

  @Test
  void ofOneChangedFileOfManyOnlyThatTravelsAndOnlyItsPathIsPurged() {
    Map<String, String> pages = TestSites.pages("One");
    for (int i = 0; i < 100; i++) {
      pages.put("pages/p" + i + ".html", "<!doctype html><title>" + i + "</title>");
    }
    URI url = deploy(artifact(pages));
    pages.put("pages/p7.html", "<!doctype html><title>changed</title>");
    deploy(artifact(pages));
    assertThat(words.data.stream().filter(data -> data.containsKey("copied_files")).toList())
        .last()
        .satisfies(
            data -> {
              assertThat(data.get("uploaded_files")).as("the page and the mark").isEqualTo(2);
              assertThat(data.get("copied_files")).isEqualTo(0);
            });
    assertThat(edge.get(url.getHost(), "/pages/p7.html").text()).contains("changed");
    assertThat(edge.get(url.getHost(), "/pages/p8.html").text()).contains("<title>8<");
    assertThat(cloud.manager().purges().getLast().paths()).containsExactly("/pages/p7.html");
  }

  @Test
  void aLargeFileTravelsInParts() {
    Map<String, String> pages = TestSites.pages("One");
    pages.put("download.txt", "0123456789".repeat(1_000_000));
    URI url = deploy(artifact(pages));
    assertThat(cloud.writes())
        .filteredOn(call -> call.query().contains("blockid="))
        .hasSize(3); // 10 MB in parts of 4 MiB
    assertThat(edge.get(url.getHost(), "/download.txt").text())
        .isEqualTo(pages.get("download.txt"));
  }

  @Test
  void aRedeployOfTheSameFilesWritesNothing() {
    Artifact artifact = artifact(TestSites.pages("One"));
    deploy(artifact);
    cloud.follow();
    deploy(artifact);
    assertThat(cloud.writes()).isEmpty();
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
  void watchersSeeThatAzureTakesItsTimeAndCancellingIsQuick() {
    cloud.manager().takes(3);
    URI url = deploy(artifact(TestSites.pages("One")));
    assertServes(url, TestSites.pages("One"));
    assertThat(words.said).anyMatch(line -> line.contains("Azure works on the storage account"));

    cloud.manager().takes(1_000_000);
    Site other = TestSites.site();
    words.said.clear();
    var running = host.provision(other, words).subscribe().asCompletionStage();
    org.awaitility.Awaitility.await()
        .until(() -> words.said.stream().anyMatch(line -> line.contains("Azure works on")));
    running.cancel(true);
    cloud.follow();
    org.awaitility.Awaitility.await()
        .during(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(5))
        .until(() -> cloud.calls().size() <= 1);
    cloud.manager().takes(0);
    await(host.destroy(other, words));
    await(host.destroy(site, words));
    assertThat(cloud.everything()).isEmpty();
  }

  @Test
  void tagsThatWereEditedByHandAreSetRightAndThoseOfOthersStay() {
    deploy(artifact(TestSites.pages("One")));
    cloud
        .manager()
        .change(
            ids.of(Kind.ACCOUNT),
            body -> body.putObject("tags").put("Project", "x").put("Team", "web"));
    List<Resource> resources = await(host.tag(site, words));
    assertThat(resources)
        .hasSize(4)
        .allMatch(one -> one.tags().entrySet().containsAll(site.tags().entrySet()));
    assertThat(resources).anyMatch(one -> "web".equals(one.tags().get("Team")));
  }

  @Test
  void whatSomebodyChangedByHandIsSeenAndSetRightByARedeploy() {
    Artifact artifact = artifact(TestSites.pages("One"));
    URI url = deploy(artifact);
    assertThat(await(host.changes(site)).values()).hasSize(2).allMatch(List::isEmpty);
    cloud
        .manager()
        .change(
            ids.of(Kind.ACCOUNT),
            body -> body.withObject("properties").put("allowBlobPublicAccess", true));
    cloud
        .manager()
        .change(
            ids.of(Kind.ENDPOINT) + "/routes/site",
            body -> body.withObject("properties").put("enabledState", "Disabled"));
    Map<String, List<String>> changes = await(host.changes(site));
    assertThat(changes.get(ids.of(Kind.ACCOUNT)))
        .containsExactly("no longer so: no container is public");
    assertThat(changes.get(ids.of(Kind.ENDPOINT))).containsExactly("somebody changed its route");
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

  private void assertServes(URI url, Map<String, String> pages) {
    pages.forEach(
        (path, content) -> {
          FrontDoorStandIn.Answer answer = edge.get(url.getHost(), UrlPaths.of(path));
          assertThat(answer.status()).as(path).isEqualTo(200);
          assertThat(answer.text()).as(path).isEqualTo(content);
        });
    assertThat(edge.get(url.getHost(), "/").text()).isEqualTo(pages.get("index.html"));
  }

  private Artifact artifact(Map<String, String> pages) {
    return TestSites.artifact(files.resolve(Json.digest(pages)), pages);
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofSeconds(60));
  }
}
