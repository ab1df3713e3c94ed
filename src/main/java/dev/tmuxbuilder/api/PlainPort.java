package dev.tmuxbuilder.api;

import dev.tmuxbuilder.platform.Refusal;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * The port without TLS. Where the service has a certificate of its own, that port is this machine's
 * alone: agents come by it, and nobody's token crosses a network in the clear. Where it has none
 * and others may reach it, the log says so.
 */
@Singleton
final class PlainPort implements HttpServerOptionsCustomizer {
  private static final System.Logger LOG = System.getLogger(PlainPort.class.getName());
  private static final String LOOPBACK = "127.0.0.1";

  private final String host;
  private final String insecureRequests;
  private final boolean behindProxy;
  private @Nullable HttpServerOptions plain;

  PlainPort(
      @ConfigProperty(name = "quarkus.http.host") String host,
      @ConfigProperty(name = "quarkus.http.insecure-requests", defaultValue = "enabled")
          String insecureRequests,
      @ConfigProperty(name = "quarkus.http.proxy.proxy-address-forwarding", defaultValue = "false")
          boolean behindProxy) {
    this.host = host;
    this.insecureRequests = insecureRequests;
    this.behindProxy = behindProxy;
  }

  @Override
  public void customizeHttpServer(HttpServerOptions options) {
    plain = options;
  }

  /** Comes after the plain one, also where there is no certificate; then without a key. */
  @Override
  public void customizeHttpsServer(HttpServerOptions options) {
    boolean local = SignUpRule.isLoopback(host);
    if (options.getKeyCertOptions() == null) {
      if (!local && !behindProxy) {
        LOG.log(
            System.Logger.Level.WARNING,
            "The service listens on {0} without TLS and knows of no proxy that has it: tokens may"
                + " cross the network in the clear. docs/deploy.md says how to give it a"
                + " certificate, or to name the proxy.",
            host);
      }
      return;
    }
    if (!insecureRequests.equalsIgnoreCase("enabled")) {
      throw new Refusal(
          "QUARKUS_HTTP_INSECURE_REQUESTS is " + insecureRequests + ", so no agent could reach us.",
          "Take it out: with a certificate the plain port listens on this machine alone anyway.");
    }
    if (plain != null && !local) {
      plain.setHost(LOOPBACK);
    }
  }
}
