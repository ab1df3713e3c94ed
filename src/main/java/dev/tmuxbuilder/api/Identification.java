package dev.tmuxbuilder.api;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.tenancy.Caller;
import dev.tmuxbuilder.tenancy.Sessions;
import dev.tmuxbuilder.tenancy.Tokens;
import dev.tmuxbuilder.tenancy.Users;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Finds out who is calling. Makes the operator's token at the first start. */
@Startup
@ApplicationScoped
class Identification {
  private static final String CALLER = Caller.class.getName();
  private static final String TENANT = TenantId.class.getName();
  private static final String CREDENTIAL = Identification.class.getName();
  private static final String SCHEME = "Bearer ";
  private static final String BASIC = "Basic ";
  private static final String OPEN_CODE = "/api/opencode/";

  /** As long as a token that was revoked on another node may go on here. */
  private static final Duration REMEMBERED = Duration.ofSeconds(10);

  private final Users users;
  private final Sessions sessions;
  private final Lockout lockout;
  private final byte[] operatorTokenSha256;
  private final Cache<ByteBuffer, Caller> callers =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(REMEMBERED).build();

  Identification(Users users, Sessions sessions, Lockout lockout, DataDirectory directory) {
    this.users = users;
    this.sessions = sessions;
    this.lockout = lockout;
    this.operatorTokenSha256 = Tokens.hash(directory.secret("operator.token"));
  }

  /**
   * A token that is not known is refused everywhere; none at all where one is needed. A browser's
   * session that has ended is none at all.
   */
  @ServerRequestFilter(priority = Priorities.AUTHENTICATION)
  public Uni<Void> identify(ContainerRequestContext request, HttpServerRequest connection) {
    String header = request.getHeaderString(HttpHeaders.AUTHORIZATION);
    Optional<String> session = SessionCookie.session(request);
    if (header != null) {
      lockout.check(connection);
      return byBearer(basicAsBearer(request, header))
          .onFailure(ApiException.class)
          .invoke(() -> lockout.failed(connection))
          .invoke(known -> remember(request, known))
          .replaceWithVoid();
    }
    if (session.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return sessions
        .tokenOf(session.get())
        .chain(
            hash ->
                hash.isEmpty() ? Uni.createFrom().item(Optional.<Known>empty()) : known(hash.get()))
        .invoke(
            known -> {
              known.ifPresent(found -> remember(request, found));
              known.ifPresent(found -> SessionCookie.refuseForgery(request));
            })
        .replaceWithVoid();
  }

  /** A caller, with the hash of the token that proved it. */
  private record Known(Caller caller, byte[] tokenSha256) {}

  private static void remember(ContainerRequestContext request, Known known) {
    request.setProperty(CALLER, known.caller());
    request.setProperty(CREDENTIAL, known.tokenSha256());
  }

  /** Whose token this is. */
  Uni<Optional<Caller>> holder(String token) {
    return known(Tokens.hash(token)).map(found -> found.map(Known::caller));
  }

  /** OpenCode's own clients send a password and nothing else: there, it is the token. */
  private static String basicAsBearer(ContainerRequestContext request, String header) {
    if (!request.getUriInfo().getPath().startsWith(OPEN_CODE)
        || !header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      return header;
    }
    try {
      String pair =
          new String(
              Base64.getDecoder().decode(header.substring(BASIC.length()).strip()),
              StandardCharsets.UTF_8);
      return SCHEME + pair.substring(pair.indexOf(':') + 1);
    } catch (IllegalArgumentException notBase64) {
      return header;
    }
  }

  private Uni<Known> byBearer(String header) {
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Uni.createFrom().failure(notKnown());
    }
    return known(Tokens.hash(header.substring(SCHEME.length()).strip()))
        .map(known -> known.orElseThrow(Identification::notKnown));
  }

  private Uni<Optional<Known>> known(byte[] hash) {
    if (MessageDigest.isEqual(hash, operatorTokenSha256)) {
      return Uni.createFrom().item(Optional.of(new Known(new Caller.Operator(), hash)));
    }
    ByteBuffer key = ByteBuffer.wrap(hash);
    Caller remembered = callers.getIfPresent(key);
    if (remembered != null) {
      return Uni.createFrom().item(Optional.of(new Known(remembered, hash)));
    }
    return users
        .whose(hash)
        .invoke(found -> found.ifPresent(caller -> callers.put(key, caller)))
        .map(found -> found.map(caller -> new Known(caller, hash)));
  }

  private static ApiException notKnown() {
    return ApiException.unauthorized("This token is not known.");
  }

  /** Roles or tokens have changed: everybody is looked up again. */
  void forget() {
    callers.invalidateAll();
  }

  static Caller caller(ContainerRequestContext request) {
    return request.getProperty(CALLER) instanceof Caller caller ? caller : new Caller.Anonymous();
  }

  /** The hash of the token that proved the caller. */
  static Optional<byte[]> credential(ContainerRequestContext request) {
    return Optional.ofNullable((byte[]) request.getProperty(CREDENTIAL));
  }

  static void inTenant(ContainerRequestContext request, TenantId tenant) {
    request.setProperty(TENANT, tenant);
  }

  /** The tenant in which the call is at work, as far as one was opened. */
  static Optional<TenantId> tenant(ContainerRequestContext request) {
    return Optional.ofNullable((TenantId) request.getProperty(TENANT));
  }
}
