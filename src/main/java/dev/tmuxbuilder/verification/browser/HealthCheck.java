package dev.tmuxbuilder.verification.browser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.verification.CheckName;
import dev.tmuxbuilder.verification.Target;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether the URL answers, and with the bytes of the release. A site that is not there yet is
 * looked at again, with growing pauses, until its time is over: at once on this machine, after
 * minutes where a cloud spreads it over the world.
 */
@ApplicationScoped
public class HealthCheck {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration PATIENCE_ON_THIS_MACHINE = Duration.ofSeconds(10);
  private static final long LARGEST_PAGE = 8 << 20;
  private static final String PUBLIC = "public/";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SiteClient client;
  private final Duration stepDeadline;

  @Inject
  public HealthCheck(SiteClient client, Settings settings) {
    this.client = client;
    this.stepDeadline = settings.runs().deadline().healthCheck();
  }

  /** One check as it stands, and whether a later look may see more. */
  private record Finding(CheckResult result, Optional<String> waitingFor) {}

  Uni<List<CheckResult>> check(Target target, Progress progress) {
    long until = System.nanoTime() + patience(target.url()).toNanos();
    return until(() -> answers(target), FIRST_PAUSE, until, progress)
        .chain(
            home ->
                home.passed()
                    ? until(() -> release(target), FIRST_PAUSE, until, progress)
                        .map(release -> List.of(home, release))
                    : Uni.createFrom().item(List.of(home)));
  }

  /** Leaves time of the step to report, and does not wait for what is next door. */
  private Duration patience(URI url) {
    Duration most = stepDeadline.multipliedBy(4).dividedBy(5);
    boolean here = Origin.isLoopback(Origin.host(url)) && client.connectTo().ruleFor(url).isEmpty();
    return here && most.compareTo(PATIENCE_ON_THIS_MACHINE) > 0 ? PATIENCE_ON_THIS_MACHINE : most;
  }

  private static Uni<CheckResult> until(
      Supplier<Uni<Finding>> look, Duration pause, long untilNanos, Progress progress) {
    return look.get()
        .chain(
            finding -> {
              boolean late = System.nanoTime() + pause.toNanos() > untilNanos;
              if (finding.waitingFor().isEmpty() || late) {
                return Uni.createFrom().item(finding.result());
              }
              progress.info("wait", "waiting until " + finding.waitingFor().get());
              Duration doubled = pause.multipliedBy(2);
              Duration next = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
              return Uni.createFrom()
                  .voidItem()
                  .onItem()
                  .delayIt()
                  .by(pause)
                  .chain(() -> until(look, next, untilNanos, progress));
            });
  }

  private Uni<Finding> answers(Target target) {
    Check check = Check.start(CheckName.URL_ANSWERS, "/");
    return client
        .get(SitePaths.root(target.url()), LARGEST_PAGE)
        .map(
            answer -> {
              String seen = "status " + answer.status() + ", " + orNothing(answer.type());
              return answer.status() == 200 && answer.isHtml()
                  ? new Finding(check.passed(seen), Optional.empty())
                  : new Finding(
                      check.failed(seen, null),
                      Optional.of(target.url() + " shows its page; now it has " + seen));
            })
        .onFailure(SiteClient::isNoAnswer)
        .recoverWithItem(
            failure ->
                new Finding(
                    check.failed("no answer: " + Words.firstLine(failure), null),
                    Optional.of(target.url() + " answers; now: " + Words.firstLine(failure))));
  }

  private static String orNothing(String type) {
    return type.isEmpty() ? "no content type" : type;
  }

  private Uni<Finding> release(Target target) {
    List<Served> files = served(target);
    String what =
        Words.count(files.size(), "file")
            + ", "
            + Words.bytes(files.stream().mapToLong(file -> file.file().bytes()).sum());
    Check check =
        Check.start(
            CheckName.RELEASE_IS_LIVE,
            "/",
            what + " with the digests of release " + shortened(target.artifact().sha256()));
    return Uni.combine()
        .all()
        .unis(differing(files), program(target))
        .asTuple()
        .map(
            found -> {
              List<String> wrong = new ArrayList<>(found.getItem2());
              wrong.addAll(found.getItem1());
              if (wrong.isEmpty()) {
                return new Finding(check.passed("all of " + what), Optional.empty());
              }
              String seen = Words.count(wrong.size(), "difference") + ": " + Words.some(wrong, 5);
              return new Finding(
                  check.failed(seen, null),
                  Optional.of("the new release is live; now: " + Words.some(wrong, 1)));
            });
  }

  private record Served(Artifact.File file, URI url) {}

  private static List<Served> served(Target target) {
    List<Artifact.File> files = target.artifact().files();
    return switch (target.siteType()) {
      case STATIC ->
          files.stream()
              .map(file -> new Served(file, SitePaths.url(target.url(), file.path())))
              .toList();
      case DYNAMIC ->
          files.stream()
              .filter(file -> file.path().startsWith(PUBLIC))
              .map(
                  file ->
                      new Served(
                          file,
                          SitePaths.url(target.url(), file.path().substring(PUBLIC.length()))))
              .toList();
    };
  }

  private Uni<List<String>> differing(List<Served> files) {
    return Multi.createFrom()
        .iterable(files)
        .onItem()
        .transformToUni(this::difference)
        .merge(SiteClient.CONNECTIONS)
        .select()
        .where(Optional::isPresent)
        .map(Optional::get)
        .collect()
        .asList()
        .map(all -> all.stream().sorted().toList());
  }

  private Uni<Optional<String>> difference(Served served) {
    Artifact.File file = served.file();
    String at = SitePaths.path(served.url());
    return client
        .measure(served.url(), file.bytes() + 1)
        .map(
            answer -> {
              boolean errorPage = file.path().endsWith("404.html") && answer.status() == 404;
              if (answer.status() != 200 && !errorPage) {
                return Optional.of(at + " has status " + answer.status());
              }
              return answer.sha256().equals(file.sha256())
                  ? Optional.<String>empty()
                  : Optional.of(
                      "%s is other content (sha256 %s, not %s)"
                          .formatted(at, shortened(answer.sha256()), shortened(file.sha256())));
            })
        .onFailure(SiteClient::isNoAnswer)
        .recoverWithItem(failure -> Optional.of(at + ": " + Words.firstLine(failure)));
  }

  private Uni<List<String>> program(Target target) {
    if (target.siteType() == SiteType.STATIC) {
      return Uni.createFrom().item(List.of());
    }
    return client
        .get(SitePaths.root(target.url()).resolve("healthz"), 64 << 10)
        .map(
            answer -> {
              String release = release(answer);
              return answer.status() == 200 && release.equals(target.artifact().sha256())
                  ? List.<String>of()
                  : List.of(
                      "/healthz has status %d and release %s"
                          .formatted(
                              answer.status(), release.isEmpty() ? "unknown" : shortened(release)));
            })
        .onFailure(SiteClient::isNoAnswer)
        .recoverWithItem(failure -> List.of("/healthz: " + Words.firstLine(failure)));
  }

  private static String release(SiteClient.Answer answer) {
    try {
      return JSON.readTree(answer.body().getBytes()).path("release").asText();
    } catch (JsonProcessingException notJson) {
      return "";
    } catch (IOException impossible) { // it is read from memory
      throw new UncheckedIOException(impossible);
    }
  }

  private static String shortened(String sha256) {
    return sha256.substring(0, Math.min(12, sha256.length()));
  }
}
