package dev.tmuxbuilder.verification.browser;

import dev.tmuxbuilder.platform.Settings;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Vert.x, pool and verifier of one test class. */
final class Bench implements AfterAllCallback {
  final Vertx vertx = Vertx.vertx();
  final Settings settings;
  final BrowserPool pool;
  final SiteClient client;
  final BrowserVerifier verifier;

  Bench(String... settings) {
    this.settings = TestSettings.with(settings);
    this.pool = new BrowserPool(this.settings);
    this.client =
        new SiteClient(
            vertx,
            this.settings,
            Outgoing.of(this.settings, (host, port) -> host.endsWith(".localhost")));
    this.verifier =
        new BrowserVerifier(
            pool,
            client,
            new HealthCheck(client, this.settings),
            new dev.tmuxbuilder.verification.Planner(
                new dev.tmuxbuilder.verification.MarkdownBriefReader()),
            this.settings);
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    close();
  }

  void close() throws Exception {
    pool.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
