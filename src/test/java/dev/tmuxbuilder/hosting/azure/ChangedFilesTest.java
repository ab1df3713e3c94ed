package dev.tmuxbuilder.hosting.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.TestSites;
import dev.tmuxbuilder.hosting.UrlPaths;
import dev.tmuxbuilder.hosting.azure.Cloud.Fault;
import io.smallrye.mutiny.Uni;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A site of many files of which few change: only those are written, and all promises stay. */
class ChangedFilesTest {
  private static BlobServer blobs;
  private static Cloud cloud;
  private static FrontDoorStandIn edge;

  private final Site site = TestSites.site();
  private final AzureIds ids =
      new AzureIds(ResourceManager.SUBSCRIPTION, new AzureNames(site.execution()));
  private final TestSites.Words words = new TestSites.Words();
  private final Map<String, String> pages = TestSites.pages("One");
  private @TempDir Path files;
  private AzureHost host;
  private String domain = "";

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
    for (int i = 0; i < 10; i++) {
      pages.put("pages/p%d/index.html".formatted(i), page("page " + i));
    }
    for (int i = 0; i < 60; i++) {
      pages.put("more/m%d.html".formatted(i), page("more " + i));
    }
  }

  @AfterEach
  void close() {
    host.close();
  }

  private static String page(String title) {
    return "<!doctype html><title>" + title + "</title>";
  }

  @Test
  void oneChangedFileOfManyIsAHandfulOfCallsThatWrite() {
    deploy();
    pages.put("pages/p7/index.html", page("changed"));
    cloud.follow();
    deploy();
    assertThat(cloud.writes()).filteredOn(Cloud.Call::blob).hasSizeLessThanOrEqualTo(5);
    assertThat(cloud.writes()).filteredOn(call -> !call.blob()).hasSizeLessThanOrEqualTo(5);
    assertServes();
    assertThat(cloud.manager().purges().getLast().paths())
        .containsExactlyInAnyOrder("/pages/p7/index.html", "/pages/p7/");
  }

  @Test
  void aRollbackToEitherKindOfReleaseIsASwitchAndUploadsNothing() {
    Artifact one = deploy();
    Map<String, String> before = new TreeMap<>(pages);
    pages.put("index.html", page("a new home"));
    Artifact two = deploy();
    Map<String, String> after = new TreeMap<>(pages);
    pages.put("pages/p9/index.html", page("changed later"));
    deploy();
    for (boolean first : List.of(true, false)) {
      cloud.follow();
      await(host.activate(site, (first ? one : two).sha256(), words));
      assertThat(cloud.writes())
          .filteredOn(Cloud.Call::blob)
          .as("a note, its end, and the page of what is not there")
          .hasSizeLessThanOrEqualTo(3);
      pages.clear();
      pages.putAll(first ? before : after);
      assertServes();
    }
  }

  @Test
  void atEveryCallOfARedeployAVisitorIsShownOneReleaseOrTheOther() {
    deploy();
    pages.put("index.html", page("a new home"));
    pages.put("pages/p3/index.html", page("changed"));
    pages.put("fresh.html", page("fresh"));
    pages.remove("pages/p4/index.html");
    Set<List<String>> seen = ConcurrentHashMap.newKeySet();
    List<String> before = look();
    cloud.follow(
        (call, number) -> {
          if (call.mutating()) {
            seen.add(look());
          }
          return Fault.NONE;
        });
    deploy();
    List<String> after = look();
    assertThat(after).isNotEqualTo(before);
    seen.add(after);
    assertThat(seen).containsExactlyInAnyOrder(before, after);
  }

  private List<String> look() {
    return List.of("/", "/pages/p3/", "/fresh.html", "/pages/p4/", "/pages/p5/").stream()
        .map(path -> edge.get(domain, path).status() + edge.get(domain, path).text())
        .toList();
  }

  @Test
  void whatWasChangedAndThenRemovedIsGoneThoughTheFirstReleaseHasIt() {
    deploy();
    pages.put("pages/p7/index.html", page("changed"));
    deploy();
    pages.remove("pages/p7/index.html");
    deploy();
    assertServes();
    assertThat(edge.get(domain, "/pages/p7/").status()).isEqualTo(404);
    assertThat(edge.get(domain, "/pages/p7/index.html").status()).isEqualTo(404);
    pages.put("pages/p7/index.html", page("back again"));
    deploy();
    assertServes();
  }

  @Test
  void whereMuchHasChangedOrANameIsUnusualTheReleaseIsWholeAgain() {
    deploy();
    pages.put("menü.html", page("ü"));
    deploy();
    assertThat(ruleSets()).isEmpty();
    assertServes();
    pages.put("pages/p1/index.html", page("changed"));
    deploy();
    assertThat(ruleSets()).hasSize(1);
    for (int i = 0; i < 55; i++) {
      pages.put("more/m%d.html".formatted(i), page("changed " + i));
    }
    deploy();
    assertServes();
    pages.put("pages/p2/index.html", page("changed"));
    deploy();
    assertThat(ruleSets()).as("of the first small change nothing is left").hasSize(1);
    assertServes();
  }

  @Test
  void onlyTheRulesOfTheLiveReleaseAndOfTheOneBeforeStay() {
    deploy();
    for (int i = 0; i < 4; i++) {
      pages.put("pages/p%d/index.html".formatted(i), page("changed"));
      deploy();
      assertServes();
    }
    assertThat(ruleSets()).hasSize(2);
  }

  @Test
  void rulesThatSomebodyChangedAreSeenAndSetRightByARedeploy() {
    deploy();
    pages.put("pages/p7/index.html", page("changed"));
    Artifact two = deploy();
    assertThat(await(host.changes(site)).values()).allMatch(List::isEmpty);
    cloud
        .manager()
        .change(
            ids.ruleSet(Rewrites.set(two.sha256())) + "/rules/rewrite001",
            body -> body.withObject("properties").putArray("conditions"));
    assertThat(await(host.changes(site)).get(ids.of(Kind.ENDPOINT)))
        .containsExactly("somebody changed the rules of its release");
    deploy();
    assertThat(await(host.changes(site)).values()).allMatch(List::isEmpty);
    assertServes();
  }

  private List<String> ruleSets() {
    assertThat(cloud.everything()).isNotEmpty(); // a look, after which what was to go is gone
    return cloud.manager().ofKind("Microsoft.Cdn/profiles/ruleSets").stream()
        .filter(id -> !id.endsWith("/" + EdgeConfig.RULE_SET))
        .toList();
  }

  private Artifact deploy() {
    Artifact artifact = TestSites.artifact(files.resolve(Json.digest(pages)), pages);
    domain = await(host.provision(site, words)).url().getHost();
    await(host.tag(site, words));
    await(host.upload(site, artifact, words));
    await(host.activate(site, artifact.sha256(), words));
    return artifact;
  }

  private void assertServes() {
    pages.forEach(
        (path, content) -> {
          FrontDoorStandIn.Answer answer = edge.get(domain, UrlPaths.of(path));
          assertThat(answer.status()).as(path).isEqualTo(200);
          assertThat(answer.text()).as(path).isEqualTo(content);
        });
    assertThat(edge.get(domain, "/").text()).isEqualTo(pages.get("index.html"));
    assertThat(edge.get(domain, "/pages/p5/").text()).isEqualTo(pages.get("pages/p5/index.html"));
    assertThat(edge.get(domain, "/nowhere").status()).isEqualTo(404);
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofSeconds(60));
  }
}
