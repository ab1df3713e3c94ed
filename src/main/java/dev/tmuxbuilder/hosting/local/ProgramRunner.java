package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.AllowedHosts;
import dev.tmuxbuilder.hosting.Environments;
import dev.tmuxbuilder.isolation.Sandbox;
import dev.tmuxbuilder.platform.Settings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Starts processes of dynamic sites and waits until they are healthy. */
final class ProgramRunner {
  private static final int LINES_TOLD = 12;
  private static final Duration LOOK_UP = Duration.ofSeconds(20);

  private final Settings.Sites settings;
  private final SiteSandbox sandbox;
  private final HealthProbe probe;
  private final Environments environments;
  private final SiteExits exits;

  ProgramRunner(
      Vertx vertx,
      Settings.Sites settings,
      Sandbox sandbox,
      Environments environments,
      AllowedHosts hosts) {
    this.environments = environments;
    this.exits = SiteExits.of(hosts, settings);
    this.settings = settings;
    this.sandbox = new SiteSandbox(settings, sandbox);
    this.probe = new HealthProbe(vertx);
  }

  Settings.Sites settings() {
    return settings;
  }

  /** No process is started after this. */
  void close() {
    probe.close();
  }

  /**
   * What is set for the site now. Blocks.
   *
   * @throws StepFailure where it cannot be read
   */
  Given given(SiteRecord site) {
    return new Given(environment(site), exits.of(site));
  }

  private Environments.Environment environment(SiteRecord site) {
    try {
      return environments.of(ExecutionId.of(site.executionId())).await().atMost(LOOK_UP);
    } catch (RuntimeException unreadable) { // whatever keeps it, it tells nothing of it
      throw StepFailure.retryable(
              "activate",
              "environment_unreadable",
              "The site’s environment cannot be read. The release before it stays live.",
              "See whether the database answers, and whether the master key is the one with which"
                  + " it was set; else set the variables again.")
          .causedBy(unreadable);
    }
  }

  boolean healthy(SiteProcess process, String sha256) throws InterruptedException {
    return process.alive() && probe.healthy(process.port(), sha256);
  }

  /**
   * Starts a process on a free port. When this fails, or is interrupted, nothing of it runs. Blocks
   * up to the start deadline.
   *
   * @throws StepFailure {@code site_unhealthy}, with the last lines that the process printed
   */
  SiteProcess start(Path release, String sha256, SiteRecord site, Given given, OutputLog output)
      throws IOException, InterruptedException {
    Files.createDirectories(site.stateDirectory());
    Launch launch =
        new Launch(
            site.executionId(),
            release.toRealPath(),
            sha256,
            site.stateDirectory().toRealPath(),
            freePort(),
            given.environment(),
            given.exit());
    SiteProcess process = SiteProcess.start(sandbox, launch, output);
    boolean healthy = false;
    try {
      healthy = probe.awaitHealthy(process, sha256, settings.startDeadline());
      if (!healthy) {
        throw unhealthy(process);
      }
      return process;
    } finally {
      if (!healthy) {
        process.stop(Duration.ZERO);
      }
    }
  }

  private StepFailure unhealthy(SiteProcess process) throws InterruptedException {
    String what =
        process.alive()
            ? "did not answer /healthz with its release within " + settings.startDeadline()
            : "ended with exit code " + process.awaitExit();
    process.kill();
    process.awaitExit();
    String lines = process.output().lastLines(LINES_TOLD);
    return StepFailure.permanent(
        "activate",
        "site_unhealthy",
        "The site’s server " + what + ". The release before it stays live.",
        lines.isEmpty()
            ? "It printed nothing. See that server.mjs listens on PORT and answers /healthz."
            : "It printed last:\n" + lines);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
