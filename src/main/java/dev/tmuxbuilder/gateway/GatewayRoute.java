package dev.tmuxbuilder.gateway;

import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.tenancy.Permission;
import dev.tmuxbuilder.tenancy.Role;
import dev.tmuxbuilder.tenancy.Tokens;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code /gateway/{execution_id}/…}: decides who calls, what is wanted and whether it may be, and
 * hands the call to an {@link Exchange}. It stands before the API's own limits, as prompts are
 * larger than what the API takes.
 */
@ApplicationScoped
class GatewayRoute {
  static final String PREFIX = "/gateway/";

  private static final int BEFORE_THE_APIS_LIMITS = 20_000;
  private static final String BEARER = "Bearer ";

  private final AgentTokens tokens;
  private final Provider messages;
  private final OpenAiProvider openAi;
  private final Rates rates;
  private final Upstream upstream;

  GatewayRoute(
      AgentTokens tokens,
      AnthropicProvider anthropic,
      BedrockProvider bedrock,
      OpenAiProvider openAi,
      Settings settings,
      Upstream upstream) {
    this.tokens = tokens;
    this.messages = bedrock.base().isPresent() ? bedrock : anthropic;
    this.openAi = openAi;
    this.rates =
        new Rates(settings.gateway().callsPerMinute(), settings.gateway().concurrentCalls());
    this.upstream = upstream;
  }

  void register(@Observes Filters filters) {
    filters.register(this::handle, BEFORE_THE_APIS_LIMITS);
  }

  private void handle(RoutingContext routing) {
    String path = routing.request().path();
    if (path == null || !path.startsWith(PREFIX)) {
      routing.next();
      return;
    }
    int slash = path.indexOf('/', PREFIX.length());
    String execution = path.substring(PREFIX.length(), slash < 0 ? path.length() : slash);
    String wanted = slash < 0 ? "/" : path.substring(slash);
    HttpServerRequest request = routing.request();
    Provider provider = wanted.startsWith("/openai/") ? openAi : messages;
    request.pause();
    session(request, execution)
        .subscribe()
        .with(
            session -> open(request, provider, wanted, session),
            failure -> Answers.refuse(request, provider, Refused.UNAVAILABLE));
  }

  /** Empty where the token is not one of that execution's. */
  private Uni<Optional<AgentSession>> session(HttpServerRequest request, String execution) {
    Optional<String> token = token(request);
    return token.isEmpty()
        ? Uni.createFrom().item(Optional.empty())
        : tokens
            .whose(Tokens.hash(token.get()))
            .map(found -> found.filter(it -> it.execution().toString().equals(execution)));
  }

  private static Optional<String> token(HttpServerRequest request) {
    @Nullable String key = request.getHeader("x-api-key");
    @Nullable String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? Optional.of(header.substring(BEARER.length()).strip())
        : Optional.ofNullable(key);
  }

  private void open(
      HttpServerRequest request, Provider provider, String wanted, Optional<AgentSession> session) {
    Optional<Provider.Call> call =
        Optional.ofNullable(provider.calls().get(request.method().name() + " " + wanted));
    if (session.isEmpty() || !Role.agentMay(Permission.USE_MODELS)) {
      Answers.refuse(request, provider, Refused.UNAUTHORIZED);
    } else if (call.isEmpty()) {
      Answers.refuse(request, provider, Refused.NOT_FOUND);
    } else if (provider.base().isEmpty()) {
      Answers.refuse(request, provider, Refused.NOT_SET_UP);
    } else if (!rates.enter(session.get().execution())) {
      Answers.refuse(request, provider, Refused.TOO_OFTEN);
    } else {
      new Exchange(
              upstream,
              request,
              session.get(),
              provider,
              call.get(),
              () -> rates.leave(session.get().execution()))
          .begin();
    }
  }
}
