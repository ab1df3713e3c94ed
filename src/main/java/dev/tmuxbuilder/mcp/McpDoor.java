package dev.tmuxbuilder.mcp;

import dev.tmuxbuilder.gateway.AgentSession;
import dev.tmuxbuilder.gateway.AgentTokens;
import dev.tmuxbuilder.gateway.Rates;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.tenancy.Tokens;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets those in who hold a session's token, and says to the verbs whose it is. */
@ApplicationScoped
class McpDoor {
  private static final int BEFORE_THE_SERVERS_ROUTES = 9_000;
  private static final String ROOT = "/mcp";
  private static final String BEARER = "Bearer ";
  private static final String SESSION = AgentSession.class.getName();

  private final AgentTokens tokens;
  private final Rates rates;

  McpDoor(AgentTokens tokens, Settings settings) {
    this.tokens = tokens;
    this.rates = new Rates(settings.mcp().callsPerMinute(), settings.mcp().concurrentCalls());
  }

  /** Whose agent sent this request. */
  static AgentSession session(RoutingContext routing) {
    AgentSession session = routing.get(SESSION);
    if (session == null) {
      throw new IllegalStateException("a verb was reached past the door");
    }
    return session;
  }

  void register(@Observes Filters filters) {
    filters.register(this::handle, BEFORE_THE_SERVERS_ROUTES);
  }

  private void handle(RoutingContext routing) {
    String path = routing.request().path();
    if (path == null || !(path.equals(ROOT) || path.startsWith(ROOT + "/"))) {
      routing.next();
      return;
    }
    Optional<String> token = token(routing.request().getHeader(HttpHeaders.AUTHORIZATION));
    if (token.isEmpty()) {
      refuse(routing, 401);
      return;
    }
    routing.request().pause();
    tokens
        .whose(Tokens.hash(token.get()))
        .subscribe()
        .with(
            found -> {
              routing.request().resume();
              enter(routing, found);
            },
            failure -> {
              routing.request().resume();
              refuse(routing, 503);
            });
  }

  private static Optional<String> token(@Nullable String header) {
    return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? Optional.of(header.substring(BEARER.length()).strip())
        : Optional.empty();
  }

  private void enter(RoutingContext routing, Optional<AgentSession> found) {
    if (found.isEmpty()) {
      refuse(routing, 401);
      return;
    }
    AgentSession session = found.get();
    if (!rates.enter(session.execution())) {
      refuse(routing, 429);
      return;
    }
    routing.addEndHandler(ended -> rates.leave(session.execution()));
    routing.put(SESSION, session);
    routing.next();
  }

  private static void refuse(RoutingContext routing, int status) {
    if (status == 401) {
      routing.response().putHeader("WWW-Authenticate", "Bearer");
    } else {
      routing.response().putHeader(HttpHeaders.RETRY_AFTER, "5");
    }
    routing.response().setStatusCode(status).end();
  }
}
