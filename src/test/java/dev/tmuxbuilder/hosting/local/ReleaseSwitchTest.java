package dev.tmuxbuilder.hosting.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Environments;
import dev.tmuxbuilder.hosting.Host;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.isolation.Sandbox;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From one release to the next and back, on real disks and under real load. */
class ReleaseSwitchTest {
  @TempDir Path temp;
  LocalSites sites;

  @BeforeEach
  void start() throws IOException {
    sites = LocalSites.on(temp.resolve("data"));
  }

  @AfterEach
  void stop() throws Exception {
    sites.close();
  }

  private Artifact pages(String text) throws IOException {
    return Artifacts.of(
        temp.resolve("source-" + text),
        Map.of("index.html", text, "style.css", ("/* " + text + " */").repeat(300)));
  }

  @Test
  void noRequestFailsDuringTwentySwitchesUnderSteadyLoad() throws Exception {
    Artifact one = pages("one");
    Artifact two = pages("two");
    Map<String, String> textOf = Map.of(one.sha256(), "one", two.sha256(), "two");
    Site site = sites.deploy("busy", SiteType.STATIC, one);
    sites.upload(site, two);
    AtomicInteger good = new AtomicInteger();
    ConcurrentLinkedQueue<String> bad = new ConcurrentLinkedQueue<>();
    try (ScheduledExecutorService visitors = Executors.newScheduledThreadPool(4)) {
      for (int visitor = 0; visitor < 4; visitor++) {
        visitors.scheduleAtFixedRate(
            () -> {
              try {
                RawHttp.Answer answer = sites.get("busy", "/");
                if (answer.status() == 200
                    && answer.text().equals(textOf.get(answer.header("x-release")))) {
                  good.incrementAndGet();
                } else {
                  bad.add(answer.status() + " " + answer.text());
                }
              } catch (IOException failed) {
                bad.add(failed.toString());
              }
            },
            visitor * 5L,
            20, // fifty requests a second each
            TimeUnit.MILLISECONDS);
      }
      for (int i = 0; i < 20; i++) {
        Artifact next = i % 2 == 0 ? two : one;
        int seen = good.get();
        await().atMost(Duration.ofSeconds(20)).until(() -> good.get() > seen + 4);

        sites.activate(site, next);

        assertThat(sites.get("busy", "/").header("x-release")).isEqualTo(next.sha256());
      }
    }
    assertThat(bad).isEmpty();
    assertThat(good.get()).isGreaterThan(100);
  }

  @Test
  void aRollbackRestoresTheEarlierBytesAndIsNoticedByEveryCache() throws IOException {
    Artifact one = pages("one");
    Artifact two = pages("two");
    Site site = sites.deploy("back", SiteType.STATIC, one);
    String etag = sites.get("back", "/").header("etag");
    sites.upload(site, two);
    sites.activate(site, two);
    assertThat(sites.get("back", "/", "If-None-Match: " + etag).text()).isEqualTo("two");

    sites.activate(site, one);

    assertThat(sites.get("back", "/").text()).isEqualTo("one");
    assertThat(sites.get("back", "/", "If-None-Match: " + etag).status()).isEqualTo(304);
    assertThat(temp.resolve("data/sites/back/current"))
        .isSymbolicLink()
        .satisfies(
            link ->
                assertThat(Files.readSymbolicLink(link))
                    .isEqualTo(Path.of("releases", one.sha256())));
  }

  @Test
  void aSwitchOnAnotherNodeIsSeenWithinAQuarterOfASecondOfUse() throws Exception {
    Artifact one = pages("one");
    Artifact two = pages("two");
    Site site = sites.deploy("shared", SiteType.STATIC, one);
    try (LocalSites other = LocalSites.on(temp.resolve("data"))) {
      assertThat(other.get("shared", "/").text()).isEqualTo("one");

      sites.upload(site, two);
      sites.activate(site, two);

      await()
          .atMost(Duration.ofSeconds(5))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> other.get("shared", "/").text().equals("two"));

      sites.host.destroy(site, sites.lines).await().atMost(LocalSites.LIMIT);

      await().atMost(Duration.ofSeconds(5)).until(() -> other.get("shared", "/").status() == 404);
    }
  }

  @Test
  void theFirstVisitorAfterAPauseSeesWhatAnotherNodeHasSwitchedTo() throws Exception {
    Artifact two = pages("two");
    Site site = sites.deploy("paused", SiteType.STATIC, pages("one"));
    try (LocalSites other = LocalSites.on(temp.resolve("data"))) {
      assertThat(other.get("paused", "/").text()).isEqualTo("one");
      sites.upload(site, two);
      sites.activate(site, two);
      long switched = System.nanoTime();
      await().until(() -> System.nanoTime() - switched > 1_100_000_000L);

      assertThat(other.get("paused", "/").text()).isEqualTo("two");
    }
  }

  @Test
  void whoLostItsLeaseCannotSwitchTheSiteBack() throws IOException {
    Artifact one = pages("one");
    Artifact two = pages("two");
    Site site = sites.deploy("fenced", SiteType.STATIC, one);
    sites.upload(site, two);
    sites.activate(LocalSites.owned(site, 8), two);

    StepFailure failure =
        catchThrowableOfType(
            StepFailure.class, () -> sites.activate(LocalSites.owned(site, 7), one));

    assertThat(failure.info().code()).isEqualTo("superseded");
    assertThat(sites.get("fenced", "/").text()).isEqualTo("two");
    Files.createSymbolicLink( // even where it slept between its last look and the switch
        temp.resolve("data/sites/fenced/current.7"), Path.of("releases").resolve(one.sha256()));
    try (LocalSites later = LocalSites.on(temp.resolve("data"))) {
      assertThat(later.get("fenced", "/").text()).isEqualTo("two");
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
    sites.activate(LocalSites.owned(site, 9), one);
    assertThat(sites.get("fenced", "/").text()).isEqualTo("one");
    try (Stream<Path> files = Files.list(temp.resolve("data/sites/fenced"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.startsWith("current"))
          .containsExactly("current.9");
    }
  }

  @Test
  void everyCallMayBeMadeAgain() throws IOException {
    Artifact one = pages("one");
    Site site = sites.site("twice", SiteType.STATIC);
    Host.Provisioned first =
        sites.host.provision(site, sites.lines).await().atMost(LocalSites.LIMIT);
    Host.Provisioned again =
        sites.host.provision(site, sites.lines).await().atMost(LocalSites.LIMIT);
    assertThat(again).isEqualTo(first);
    assertThat(first.url()).hasToString("http://twice.localhost:" + sites.port() + "/");
    for (int i = 0; i < 2; i++) {
      List<Resource> tagged = sites.host.tag(site, sites.lines).await().atMost(LocalSites.LIMIT);
      assertThat(tagged)
          .singleElement()
          .satisfies(
              resource -> {
                assertThat(resource.provider()).isEqualTo("local");
                assertThat(resource.type()).isEqualTo("site");
                assertThat(resource.tags()).isEqualTo(site.tags());
              });
      sites.upload(site, one);
      sites.activate(site, one);
    }
    assertThat(sites.get("twice", "/").text()).isEqualTo("one");
    assertThat(sites.host.inventory(site).await().atMost(LocalSites.LIMIT)).hasSize(1);
  }

  @Test
  void aReleaseThatIsGoneSaysSo() throws IOException {
    Site site = sites.deploy("gone", SiteType.STATIC, pages("one"));
    for (String sha256 : List.of("0".repeat(64), "..", "", "/etc")) {
      StepFailure failure =
          catchThrowableOfType(
              StepFailure.class,
              () ->
                  sites.host.activate(site, sha256, sites.lines).await().atMost(LocalSites.LIMIT));

      assertThat(failure.info().code()).isEqualTo("release_gone");
      assertThat(failure.info().retryable()).isFalse();
    }
    assertThat(sites.get("gone", "/").text()).isEqualTo("one");
  }

  @Test
  void anArtifactThatChangedUnderWayIsNotUploaded() throws IOException {
    Artifact one = pages("one");
    Files.writeString(one.root().resolve("index.html"), "edited");
    Site site = sites.site("edited", SiteType.STATIC);
    sites.host.provision(site, sites.lines).await().atMost(LocalSites.LIMIT);

    StepFailure failure = catchThrowableOfType(StepFailure.class, () -> sites.upload(site, one));

    assertThat(failure.info().code()).isEqualTo("artifact_changed");
    assertThat(temp.resolve("data/sites/edited/releases")).isEmptyDirectory();
  }

  @Test
  void whatADeadWriterLeftIsSweptByTheNextUpload() throws IOException {
    Artifact one = pages("one");
    Site site = sites.site("swept", SiteType.STATIC);
    sites.host.provision(site, sites.lines).await().atMost(LocalSites.LIMIT);
    Path left =
        temp.resolve("data/sites/swept/releases/.incoming-" + one.sha256() + "-dead/index.html");
    Files.createDirectories(left.getParent());
    Files.writeString(left, "half");
    Files.setLastModifiedTime(
        left.getParent(), FileTime.from(Instant.now().minus(Duration.ofHours(2))));

    sites.upload(site, one);

    try (Stream<Path> releases = Files.list(temp.resolve("data/sites/swept/releases"))) {
      assertThat(releases.map(path -> path.getFileName().toString())).containsExactly(one.sha256());
    }
  }

  @Test
  void aDamagedReleaseIsNotMadeLiveUntilItWasUploadedAgain() throws IOException {
    Artifact one = pages("one");
    Artifact two = pages("two");
    Site site = sites.deploy("tampered", SiteType.STATIC, one);
    sites.upload(site, two);
    Path file =
        temp.resolve("data/sites/tampered/releases").resolve(two.sha256()).resolve("index.html");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("r--r--r--");
    Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.delete(file);

    assertThatThrownBy(() -> sites.activate(site, two))
        .hasMessageContaining("are not what was uploaded");
    assertThat(sites.get("tampered", "/").text()).isEqualTo("one");

    sites.upload(site, two);
    sites.activate(site, two);
    assertThat(sites.get("tampered", "/").text()).isEqualTo("two");
  }

  @Test
  void anotherSessionsNameIsNotTakenOver() throws IOException {
    Site mine = sites.deploy("mine", SiteType.STATIC, pages("one"));
    Site theirs =
        new Site(
            ExecutionId.of("3b241101-e2bb-4255-8caf-4136c566a962_sess_20260102_030405_zz99"),
            mine.tenant(),
            "mine",
            SiteType.STATIC,
            mine.logs(),
            mine.state(),
            Map.of(),
            0);

    StepFailure failure =
        catchThrowableOfType(
            StepFailure.class,
            () -> sites.host.destroy(theirs, sites.lines).await().atMost(LocalSites.LIMIT));

    assertThat(failure.info().code()).isEqualTo("site_name_taken");
    assertThat(sites.get("mine", "/").status()).isEqualTo(200);
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    Vertxes.withVertx(
        vertx -> {
          SitesServer second =
              new SitesServer(
                  vertx,
                  sites.settings,
                  new LiveSites(
                      vertx,
                      sites.settings,
                      Sandbox.of(sites.settings),
                      execution -> Uni.createFrom().item(Environments.Environment.NONE),
                      new Allowed()));

          assertThatThrownBy(second::start)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("127.0.0.1:" + sites.port())
              .hasMessageContaining("TMUXBUILDER_SITES_PORT");
          assertThat(second.listenProblem()).isPresent();
          second.stop();
          assertThat(sites.server.listenProblem()).isEmpty();
        });
  }

  @Test
  void everyStageTellsItsNumbers() throws IOException {
    Site site = sites.deploy("told", SiteType.STATIC, pages("one"));
    sites.upload(site, pages("two"));

    List<String> lines = new ArrayList<>(sites.lines.seen);

    assertThat(lines).anyMatch(line -> line.contains("provision") && line.contains("url=http"));
    assertThat(lines).anyMatch(line -> line.contains("upload") && line.contains("files=2"));
    assertThat(lines).anyMatch(line -> line.contains("upload") && line.contains("new_files=2"));
    assertThat(lines).anyMatch(line -> line.contains("activate"));
  }

  @Test
  void oldReleasesMakeRoomAndTheLatestOnesCanBeGoneBackTo() throws Exception {
    sites.close();
    sites = new LocalSites(temp.resolve("data"), Map.of("tmuxbuilder.sites.releases", "2"));
    Artifact one = pages("one");
    Site site = sites.deploy("shop", SiteType.STATIC, one);
    Artifact two = pages("two");
    sites.deploy("shop", SiteType.STATIC, two);
    Artifact three = pages("three");
    sites.deploy("shop", SiteType.STATIC, three);
    sites.activate(site, one); // the first is the latest again, and the second the oldest

    sites.deploy("shop", SiteType.STATIC, pages("four"));

    Path files = temp.resolve("data/sites/shop");
    try (Stream<Path> releases = Files.list(files.resolve("releases"))) {
      assertThat(releases).hasSize(3).noneMatch(path -> path.endsWith(two.sha256()));
    }
    try (Stream<Path> forms = Files.list(files.resolve("encoded"))) {
      assertThat(forms).hasSize(2 * 3);
    }
    StepFailure gone = catchThrowableOfType(StepFailure.class, () -> sites.activate(site, two));
    assertThat(gone.info().code()).isEqualTo("release_gone");
    assertThat(gone.info().hint()).contains("TMUXBUILDER_SITES_RELEASES");
    sites.activate(site, three);
    assertThat(sites.get("shop", "/").text()).isEqualTo("three");
    assertThat(sites.get("shop", "/style.css", "Accept-Encoding: br").header("content-encoding"))
        .isEqualTo("br");
  }
}
