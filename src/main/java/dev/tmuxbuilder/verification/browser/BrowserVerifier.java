package dev.tmuxbuilder.verification.browser;

import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.Screenshot;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.verification.Planner;
import dev.tmuxbuilder.verification.Target;
import dev.tmuxbuilder.verification.Verifier;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The proof of a site by HTTP and by a real Chromium. */
@ApplicationScoped
public class BrowserVerifier implements Verifier {
  private final BrowserPool pool;
  private final SiteClient client;
  private final HealthCheck health;
  private final Planner planner;
  private final Settings settings;

  @Inject
  public BrowserVerifier(
      BrowserPool pool, SiteClient client, HealthCheck health, Planner planner, Settings settings) {
    this.pool = pool;
    this.client = client;
    this.health = health;
    this.planner = planner;
    this.settings = settings;
  }

  @Override
  public Uni<List<CheckResult>> health(Target target, Progress progress) {
    return health
        .check(target, progress)
        .chain(
            checks ->
                checks.stream().allMatch(CheckResult::passed)
                    ? Uni.createFrom().item(checks)
                    : picture(target, progress).map(path -> withPicture(checks, path)))
        .invoke(checks -> checks.forEach(progress::check));
  }

  /** Of what is at the URL instead; without a browser the check stands without a picture. */
  private Uni<Optional<String>> picture(Target target, Progress progress) {
    String path = "tests/run-" + target.run() + "/health.png";
    return pool.use(
            "the picture of a failed check",
            page().plusSeconds(10),
            progress,
            chromium -> {
              byte[] png = new Photographer(chromium, fence(target), page()).whatIsThere(target);
              new Evidence(target.deployment()).write(path, png);
              return Optional.of(path);
            })
        .onFailure(StepFailure.class)
        .recoverWithItem(Optional.empty());
  }

  private static List<CheckResult> withPicture(List<CheckResult> checks, Optional<String> path) {
    return checks.stream()
        .map(check -> check.passed() ? check : Check.withPicture(check, path.orElse(null)))
        .toList();
  }

  @Override
  public Uni<List<Screenshot>> screenshot(Target target, Progress progress) {
    return pool.use(
        "the screenshots",
        settings.runs().deadline().screenshot(),
        progress,
        chromium -> new Photographer(chromium, fence(target), page()).shoot(target, progress));
  }

  @Override
  public Uni<List<CheckResult>> endToEnd(Target target, Progress progress) {
    return pool.use(
        "the end-to-end tests",
        settings.runs().deadline().e2eTests(),
        progress,
        chromium ->
            new EndToEnd(chromium, client, planner, pool.axe(), page(), target, progress).run());
  }

  private Fence fence(Target target) {
    return new Fence(target.url(), client, page());
  }

  private Duration page() {
    return settings.browser().pageDeadline();
  }
}
