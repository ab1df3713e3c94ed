package dev.tmuxbuilder.gateway;

import dev.tmuxbuilder.agent.ModelAccess;
import dev.tmuxbuilder.agent.ModelAccesses;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.tenancy.Tokens;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Base64;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Access to models through this service's own gateway. */
@ApplicationScoped
class GatewayAccesses implements ModelAccesses {
  private static final String PREFIX = "tba_";
  private static final String TOOLS = "/mcp";
  private static final int TOKEN_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final AgentTokens tokens;
  private final Refusals refusals;
  private final String base;

  GatewayAccesses(
      AgentTokens tokens,
      Refusals refusals,
      Settings settings,
      @ConfigProperty(name = "quarkus.http.port") int port) {
    this.tokens = tokens;
    this.refusals = refusals;
    this.base =
        settings
            .gateway()
            .address()
            .map(address -> address.toString().replaceAll("/+$", ""))
            .orElse("http://127.0.0.1:" + port);
  }

  @Override
  public Uni<ModelAccess> of(ExecutionId execution) {
    String token = newToken();
    URI gateway = URI.create(base + GatewayRoute.PREFIX + execution);
    return tokens
        .add(execution, Tokens.hash(token))
        .replaceWith(new ModelAccess(gateway, URI.create(base + TOOLS), token));
  }

  private static String newToken() {
    byte[] bytes = new byte[TOKEN_BYTES];
    RANDOM.nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public int lastRefusal(ExecutionId execution) {
    return refusals.last(execution);
  }

  @Override
  public Uni<Void> end(ExecutionId execution) {
    return tokens.end(execution);
  }
}
