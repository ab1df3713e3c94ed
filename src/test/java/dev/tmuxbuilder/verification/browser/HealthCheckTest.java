package dev.tmuxbuilder.verification.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.verification.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class HealthCheckTest {
  @RegisterExtension static final Bench bench = new Bench("runs.deadline.health-check", "1s");

  @TempDir Path deployment;
  private TestSite site;

  @BeforeEach
  void serve() throws Exception {
    site = TestSite.good(bench.vertx);
  }

  @AfterEach
  void stop() throws Exception {
    site.close();
  }

  @Test
  void theReleaseThatIsLivePasses() {
    List<CheckResult> checks = check(site.target(deployment));

    assertThat(checks)
        .extracting(CheckResult::name)
        .containsExactly("url answers", "content is the new release");
    assertThat(checks).allMatch(CheckResult::passed);
    assertThat(checks.get(1).seen()).startsWith("all of 9 files, ");
  }

  @Test
  void oldBytesAtTheUrlFailAndAreNamed() {
    Target target = site.target(deployment);
    site.file("bread/index.html", GoodSite.page("Bread", "<h1>Yesterday's bread</h1>"));

    List<CheckResult> checks = check(target);

    assertThat(checks.get(0).passed()).isTrue();
    assertThat(checks.get(1).passed()).isFalse();
    assertThat(checks.get(1).expected()).contains(target.artifact().sha256().substring(0, 12));
    assertThat(checks.get(1).seen()).startsWith("1 difference: /bread/ is other content");
    assertThat(deployment.resolve(String.valueOf(checks.get(1).screenshot()))).isRegularFile();
  }

  @Test
  void aSiteThatIsNotThereYetIsWaitedFor() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    Target target = site.target(deployment);
    site.answering(
        "/",
        request -> {
          if (looks.incrementAndGet() < 3) {
            request.response().setStatusCode(503).end();
          } else {
            request.response().putHeader("content-type", "text/html").end(GoodSite.home());
          }
        });
    Watcher watcher = new Watcher();
    Bench patient = new Bench("runs.deadline.health-check", "20s");

    List<CheckResult> checks;
    try {
      checks = patient.verifier.health(target, watcher).await().atMost(Duration.ofSeconds(30));
    } finally {
      patient.close();
    }

    assertThat(checks).hasSize(2).allMatch(CheckResult::passed);
    assertThat(watcher.lines).hasSize(2).allMatch(line -> line.contains("status 503"));
    assertThat(watcher.checks).isEqualTo(checks);
  }

  @Test
  void aSiteThatNeverAnswersFailsInTime() throws Exception {
    Target target = site.target(deployment);
    site.close();

    List<CheckResult> checks = check(target);

    assertThat(checks).hasSize(1).noneMatch(CheckResult::passed);
    assertThat(checks.getFirst().seen()).contains("no answer");
  }

  @Test
  void aProgramProvesItsReleaseByItsHealthCheck() {
    Artifact files = site.artifact();
    Artifact artifact =
        new Artifact(
            files.root(),
            files.sha256(),
            files.files().stream()
                .map(
                    file -> new Artifact.File("public/" + file.path(), file.sha256(), file.bytes()))
                .toList());
    site.answering(
        "/healthz",
        request -> request.response().end("{\"release\":\"" + artifact.sha256() + "\"}"));

    assertThat(check(site.target(deployment, SiteType.DYNAMIC, artifact, Optional.empty())))
        .hasSize(2)
        .allMatch(CheckResult::passed);
  }

  @Test
  void aProgramOfAnotherReleaseFails() {
    site.answering(
        "/healthz", request -> request.response().end("{\"release\":\"0123456789abcdef\"}"));

    List<CheckResult> checks =
        check(site.target(deployment, SiteType.DYNAMIC, site.artifact(), Optional.empty()));

    assertThat(checks.get(1).passed()).isFalse();
    assertThat(checks.get(1).seen()).contains("release 0123456789ab");
  }

  @Test
  void aNameThatDoesNotResolveIsReachedAsTheSettingSays() throws Exception {
    Bench elsewhere =
        new Bench("verify.connect-to", "*.cdn.invalid=http://127.0.0.1:" + site.port());
    try {
      Target here = site.target(deployment);
      Target target =
          new Target(
              here.execution(),
              1,
              java.net.URI.create("https://d1.cdn.invalid/"),
              here.siteType(),
              here.artifact(),
              here.brief(),
              deployment);

      assertThat(
              elsewhere
                  .verifier
                  .health(target, new Watcher())
                  .await()
                  .atMost(Duration.ofSeconds(10)))
          .hasSize(2)
          .allMatch(CheckResult::passed);
      assertThat(
              elsewhere
                  .verifier
                  .screenshot(target, new Watcher())
                  .await()
                  .atMost(Duration.ofSeconds(30)))
          .hasSize(3);
    } finally {
      elsewhere.close();
    }
  }

  private static List<CheckResult> check(Target target) {
    return bench.verifier.health(target, new Watcher()).await().atMost(Duration.ofSeconds(20));
  }
}
