package dev.tmuxbuilder.api;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.tenancy.Caller;
import dev.tmuxbuilder.tenancy.Tokens;
import dev.tmuxbuilder.tenancy.Users;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Who is calling, and what may be opened. Makes the operator's token at the first start. */
@Startup
@ApplicationScoped
public class Access {
  static final int AFTER_IDENTIFY = Priorities.AUTHENTICATION + 100;
  private static final String CALLER = Caller.class.getName();
  private static final String SCHEME = "Bearer ";
  private static final Duration REMEMBERED = Duration.ofSeconds(30);

  private final Users users;
  private final byte[] operatorTokenSha256;
  private final Cache<ByteBuffer, Caller> callers =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(REMEMBERED).build();
  private final Cache<UserId, TenantId> tenants =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(REMEMBERED).build();

  Access(Users users, DataDirectory directory) {
    this.users = users;
    this.operatorTokenSha256 = Tokens.hash(directory.secret("operator.token"));
  }

  /** An execution that the caller may see, with the tenant it lives in. */
  public record Opened(ExecutionId id, TenantId tenant, Caller caller) {}

  /** A token that is not known is refused everywhere; none at all where one is needed. */
  @ServerRequestFilter(priority = Priorities.AUTHENTICATION)
  public Uni<Void> identify(ContainerRequestContext request) {
    String header = request.getHeaderString(HttpHeaders.AUTHORIZATION);
    Uni<Caller> caller =
        header == null
            ? BrowserSession.token(request).map(this::signedIn).orElseGet(Access::nobody)
            : caller(header);
    return caller.invoke(known -> request.setProperty(CALLER, known)).replaceWithVoid();
  }

  private static Uni<Caller> nobody() {
    return Uni.createFrom().item(new Caller.Anonymous());
  }

  /** A browser may keep a cookie for longer than its token is known: then it is nobody's. */
  private Uni<Caller> signedIn(String token) {
    return holder(token).map(found -> found.orElseGet(Caller.Anonymous::new));
  }

  private Uni<Caller> caller(String header) {
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Uni.createFrom().failure(notKnown());
    }
    return holder(header.substring(SCHEME.length()).strip())
        .map(found -> found.orElseThrow(Access::notKnown));
  }

  /** Whose token this is. */
  public Uni<Optional<Caller>> holder(String token) {
    byte[] hash = Tokens.hash(token);
    if (MessageDigest.isEqual(hash, operatorTokenSha256)) {
      return Uni.createFrom().item(Optional.of(new Caller.Operator()));
    }
    ByteBuffer key = ByteBuffer.wrap(hash);
    Caller remembered = callers.getIfPresent(key);
    if (remembered != null) {
      return Uni.createFrom().item(Optional.of(remembered));
    }
    return users
        .whose(hash)
        .map(found -> found.map(Caller.class::cast))
        .invoke(found -> found.ifPresent(caller -> callers.put(key, caller)));
  }

  private static ApiException notKnown() {
    return ApiException.unauthorized("This token is not known.");
  }

  public static Caller caller(ContainerRequestContext request) {
    return request.getProperty(CALLER) instanceof Caller caller ? caller : new Caller.Anonymous();
  }

  /** The execution of that id, where the caller may see it. */
  public Uni<Opened> open(ContainerRequestContext request, String id) {
    Caller caller = caller(request);
    refuseNobody(caller);
    Optional<ExecutionId> execution =
        ExecutionId.parse(id).filter(parsed -> caller.mayActFor(parsed.user()));
    if (execution.isEmpty()) {
      return Uni.createFrom().failure(ApiException.notFound());
    }
    return tenant(caller, execution.get().user())
        .map(tenant -> new Opened(execution.get(), tenant, caller));
  }

  /** The tenant of that user, where the caller may act for the user. */
  Uni<TenantId> openUser(ContainerRequestContext request, Optional<UserId> user) {
    Caller caller = caller(request);
    refuseNobody(caller);
    return user.filter(caller::mayActFor).isEmpty()
        ? Uni.createFrom().failure(ApiException.notFound())
        : tenant(caller, user.get());
  }

  private static void refuseNobody(Caller caller) {
    if (caller instanceof Caller.Anonymous) {
      throw ApiException.unauthorized(
          "Send the access_token that create-user gave as a bearer token.");
    }
  }

  /** For what is the operator's alone. */
  public static void requireOperator(ContainerRequestContext request) {
    Caller caller = caller(request);
    if (caller instanceof Caller.Anonymous) {
      throw ApiException.unauthorized("Send the operator's token as a bearer token.");
    }
    if (!(caller instanceof Caller.Operator)) {
      throw ApiException.of(ProblemCode.FORBIDDEN, "This is for the operator.");
    }
  }

  private Uni<TenantId> tenant(Caller caller, UserId user) {
    if (caller instanceof Caller.User self) {
      return Uni.createFrom().item(self.tenant());
    }
    TenantId remembered = tenants.getIfPresent(user);
    if (remembered != null) {
      return Uni.createFrom().item(remembered);
    }
    return users
        .tenantOf(user)
        .map(found -> found.orElseThrow(ApiException::notFound))
        .invoke(tenant -> tenants.put(user, tenant));
  }
}
