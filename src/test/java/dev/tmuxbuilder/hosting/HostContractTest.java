package dev.tmuxbuilder.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.ErrorInfo;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.aws.AwsPlace;
import dev.tmuxbuilder.hosting.aws.Emulator;
import dev.tmuxbuilder.hosting.azure.AzurePlace;
import dev.tmuxbuilder.hosting.azure.BlobServer;
import dev.tmuxbuilder.hosting.local.LocalPlace;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every host does, whichever it is. */
class HostContractTest {
  private static Emulator emulator;
  private static BlobServer blobs;

  private final TestSites.Words words = new TestSites.Words();
  private @TempDir Path files;

  /** Every host, with every type of site. */
  enum Kind {
    LOCAL_STATIC(SiteType.STATIC),
    LOCAL_DYNAMIC(SiteType.DYNAMIC),
    AWS_STATIC(SiteType.STATIC),
    AWS_DYNAMIC(SiteType.DYNAMIC),
    AZURE_STATIC(SiteType.STATIC),
    AZURE_DYNAMIC(SiteType.DYNAMIC);

    private final SiteType type;

    Kind(SiteType type) {
      this.type = type;
    }

    Place open(Path directory) {
      return open(directory, 20);
    }

    Place open(Path directory, int earlier) {
      return switch (this) {
        case LOCAL_STATIC, LOCAL_DYNAMIC -> new LocalPlace(directory, type, earlier);
        case AWS_STATIC, AWS_DYNAMIC -> new AwsPlace(emulator, type, earlier);
        case AZURE_STATIC, AZURE_DYNAMIC -> new AzurePlace(blobs, type, earlier);
      };
    }
  }

  @BeforeAll
  static void begin() {
    emulator = Emulator.start(Map.of());
    blobs = BlobServer.start();
  }

  @AfterAll
  static void end() {
    blobs.close();
    emulator.close();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aSiteKeepsItsUrlAndItsTagsFromNothingToNothing(Kind kind) {
    try (Place place = kind.open(files)) {
      List<String> before = place.everything();
      Host host = place.host();
      Site site = place.site();
      Artifact one = artifact(kind, "One");
      URI url = deploy(host, site, one);
      host.knownUrl(site).ifPresent(known -> assertThat(url).isEqualTo(known));
      assertThat(place.ask(url, "GET", "/")).contains("One");
      assertTagged(place, site);
      assertAsMade(host, site);

      assertThat(deploy(host, site, artifact(kind, "Two"))).isEqualTo(url);
      assertThat(place.ask(url, "GET", "/")).contains("Two").doesNotContain("One");
      Artifact three = artifact(kind, "Three");
      await(host.provision(site, words));
      await(host.upload(site, three, words));
      assertThat(place.ask(url, "GET", "/")).as("an upload changes nothing").contains("Two");
      await(host.activate(site, three.sha256(), words));
      assertThat(place.ask(url, "GET", "/")).contains("Three");

      await(host.activate(site, one.sha256(), words));
      assertThat(place.ask(url, "GET", "/")).as("rolled back").contains("One");
      assertThat(place.creations()).as("nothing is made twice").hasSize(place.taggedThings());
      assertAsMade(host, site);

      await(host.destroy(site, words));
      assertThat(await(host.inventory(site))).isEmpty();
      assertThat(place.everything()).isEqualTo(before);
      await(host.destroy(site, words));
    }
  }

  private static void assertTagged(Place place, Site site) {
    assertThat(place.creations())
        .hasSize(place.taggedThings())
        .allSatisfy(
            call ->
                site.tags()
                    .forEach((key, value) -> assertThat(call).contains(key).contains(value)));
  }

  /** All that is there is as the host made it, with all tags on what takes tags. */
  private void assertAsMade(Host host, Site site) {
    List<Resource> made = await(host.tag(site, words));
    List<Resource> held = await(host.inventory(site));
    assertThat(made).isNotEmpty();
    assertThat(Inspection.of(held, made, host.tagsOf(site), await(host.changes(site))).items())
        .allSatisfy(item -> assertThat(item.drift()).as(item.resource().id()).isEmpty());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void oldReleasesMakeRoomAndTheLatestOnesCanBeGoneBackTo(Kind kind) {
    try (Place place = kind.open(files, 2)) {
      Host host = place.host();
      Site site = place.site();
      Artifact one = artifact(kind, "One");
      URI url = deploy(host, site, one);
      Artifact two = deployLater(place, site, kind, "Two");
      Artifact three = deployLater(place, site, kind, "Three");
      await(host.activate(site, one.sha256(), words)); // it is the latest again
      Artifact four = deployLater(place, site, kind, "Four");
      deployLater(place, site, kind, "Five");

      for (Artifact old : List.of(two, three)) {
        ErrorInfo gone = failureOf(host.activate(site, old.sha256(), words));
        assertThat(gone.code()).isEqualTo("release_gone");
        assertThat(gone.hint()).contains("the 2 releases before", "TMUXBUILDER_SITES_RELEASES");
      }
      await(host.activate(site, one.sha256(), words));
      assertThat(place.ask(url, "GET", "/")).contains("One");
      await(host.activate(site, four.sha256(), words));
      assertThat(place.ask(url, "GET", "/")).contains("Four");
      assertThat(deploy(host, site, two)).as("what is gone can be brought again").isEqualTo(url);
      assertThat(place.ask(url, "GET", "/")).contains("Two");
      await(host.destroy(site, words));
    }
  }

  /** Clouds tell to the second when something was written. */
  private Artifact deployLater(Place place, Site site, Kind kind, String word) {
    Instant second = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(20))
        .until(() -> Instant.now().isAfter(second));
    Artifact artifact = artifact(kind, word);
    deploy(place.host(), site, artifact);
    return artifact;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatIsNotThereIsSaidPlainly(Kind kind) {
    try (Place place = kind.open(files)) {
      Host host = place.host();
      Site site = place.site();
      assertThat(await(host.inventory(site))).isEmpty();
      assertThat(failureOf(host.activate(site, "0".repeat(64), words)).code())
          .isIn("not_provisioned", "resource_missing");
      await(host.provision(site, words));
      assertThat(failureOf(host.activate(site, "0".repeat(64), words)).code())
          .isEqualTo("release_gone");
      Artifact empty = TestSites.artifact(files.resolve("empty"), Map.of("other.txt", "nothing"));
      assertThat(failureOf(host.upload(site, empty, words)).code()).isEqualTo("no_entry");
      await(host.destroy(site, words));
    }
  }

  @ParameterizedTest
  @EnumSource(value = Kind.class, mode = EnumSource.Mode.MATCH_ANY, names = ".*_DYNAMIC")
  void aReleaseThatDoesNotStartLeavesTheOneBeforeLiveWithItsData(Kind kind) {
    try (Place place = kind.open(files)) {
      Host host = place.host();
      Site site = place.site();
      URI url = deploy(host, site, artifact(kind, "One"));
      assertThat(place.ask(url, "POST", "/kept")).isEqualTo("One /kept");
      assertThat(visits(place, url)).containsOnly("One /kept");
      Map<String, String> broken = new TreeMap<>(TestSites.program("Two"));
      broken.put("server.mjs", "console.log('no coffee'); process.exit(3);");
      Artifact bad = TestSites.artifact(files.resolve("bad"), broken);
      await(host.upload(site, bad, words));
      ErrorInfo error = failureOf(host.activate(site, bad.sha256(), words));
      assertThat(error.code()).isEqualTo("site_unhealthy");
      assertThat(error.hint()).contains("no coffee");
      assertThat(place.ask(url, "GET", "/")).isEqualTo("One /kept");
      assertThat(deploy(host, site, artifact(kind, "Three"))).isEqualTo(url);
      assertThat(visits(place, url)).as("none gets the old one").containsOnly("Three /kept");
      await(host.destroy(site, words));
    }
  }

  @ParameterizedTest
  @EnumSource(value = Kind.class, mode = EnumSource.Mode.MATCH_ANY, names = ".*_DYNAMIC")
  void whatStandsStillComesBackWithItsUrlAndItsData(Kind kind) {
    try (Place place = kind.open(files)) {
      Host host = place.host();
      Site site = place.site();
      Artifact one = artifact(kind, "One");
      URI url = deploy(host, site, one);
      assertThat(place.ask(url, "POST", "/kept")).isEqualTo("One /kept");
      List<String> standing = place.everything();

      await(host.stop(site, words));
      await(host.stop(site, words));
      assertThat(place.everything()).isEqualTo(standing);
      if (host.chargesByTheHour(site.type())) {
        assertThat(place.ask(url, "GET", "/")).doesNotContain("One");
      } else {
        assertThat(place.ask(url, "GET", "/")).isEqualTo("One /kept");
      }

      assertThat(deploy(host, site, one)).isEqualTo(url);
      assertThat(place.ask(url, "GET", "/")).isEqualTo("One /kept");
      assertThat(place.everything()).isEqualTo(standing);
      await(host.destroy(site, words));
    }
  }

  /** What many visitors get in the first moments after a release has gone live. */
  private static List<String> visits(Place place, URI url) {
    return Stream.generate(() -> place.ask(url, "GET", "/")).limit(40).toList();
  }

  private URI deploy(Host host, Site site, Artifact artifact) {
    URI url = await(host.provision(site, words)).url();
    await(host.tag(site, words));
    await(host.upload(site, artifact, words));
    await(host.activate(site, artifact.sha256(), words));
    return url;
  }

  private Artifact artifact(Kind kind, String word) {
    Map<String, String> pages =
        kind.type == SiteType.STATIC ? TestSites.pages(word) : TestSites.program(word);
    return TestSites.artifact(files.resolve(Json.digest(pages)), pages);
  }

  private static ErrorInfo failureOf(Uni<?> work) {
    try {
      await(work);
    } catch (StepFailure failure) {
      return failure.info();
    }
    throw new AssertionError("it did not fail");
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofSeconds(90));
  }
}
