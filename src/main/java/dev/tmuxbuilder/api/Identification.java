package dev.tmuxbuilder.api;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.identity.Away;
import dev.tmuxbuilder.identity.NotMapped;
import dev.tmuxbuilder.identity.NotProved;
import dev.tmuxbuilder.identity.Vouchers;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.tenancy.Caller;
import dev.tmuxbuilder.tenancy.Federation;
import dev.tmuxbuilder.tenancy.Person;
import dev.tmuxbuilder.tenancy.Sessions;
import dev.tmuxbuilder.tenancy.Tokens;
import dev.tmuxbuilder.tenancy.Users;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
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
  private static final String LOAD_BALANCER_HEADER = "x-amzn-oidc-data";
  private static final String ACCESS_HEADER = "Cf-Access-Jwt-Assertion";

  /** As long as a token that was revoked on another node may go on here. */
  private static final Duration REMEMBERED = Duration.ofSeconds(10);

  private final Users users;
  private final Sessions sessions;
  private final Vouchers vouchers;
  private final Federation federation;
  private final Lockout lockout;
  private final EmergencyDoor emergency;
  private final byte[] operatorTokenSha256;
  private final Cache<ByteBuffer, Caller> callers =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(REMEMBERED).build();
  private final AtomicLong forgotten = new AtomicLong();

  Identification(
      Users users,
      Sessions sessions,
      Vouchers vouchers,
      Federation federation,
      Lockout lockout,
      EmergencyDoor emergency,
      DataDirectory directory) {
    this.users = users;
    this.sessions = sessions;
    this.vouchers = vouchers;
    this.federation = federation;
    this.lockout = lockout;
    this.emergency = emergency;
    this.operatorTokenSha256 = Tokens.hash(directory.secret("operator.token"));
  }

  /**
   * A token that is not known is refused everywhere; none at all where one is needed. A browser's
   * session that has ended is none at all.
   */
  @ServerRequestFilter(priority = Priorities.AUTHENTICATION)
  public Uni<Void> identify(ContainerRequestContext request, HttpServerRequest connection) {
    String header = request.getHeaderString(HttpHeaders.AUTHORIZATION);
    if (header != null && !isOpenCode(request) && emergency.isMeant(header)) {
      lockout.check(connection);
      return counted(proved(emergency.enter(request, header, connection)), connection)
          .invoke(caller -> request.setProperty(CALLER, caller))
          .replaceWithVoid();
    }
    Optional<Uni<Caller>> vouched = vouched(request, connection);
    if (header == null && vouched.isPresent()) {
      lockout.check(connection);
      SessionCookie.refuseForgery(request); // a browser brings these along as it does cookies
      return counted(vouched.get(), connection)
          .invoke(caller -> request.setProperty(CALLER, caller))
          .replaceWithVoid();
    }
    if (header != null) {
      lockout.check(connection);
      Uni<Known> bearer = counted(byBearer(basicAsBearer(request, header)), connection);
      return vouched
          .filter(ignored -> vouchers.accessRequired())
          .map(word -> counted(word, connection).chain(ignored -> bearer))
          .orElse(bearer)
          .invoke(known -> remember(request, known))
          .replaceWithVoid();
    }
    return bySession(request);
  }

  /** Who guesses is counted; who has no place here has guessed nothing. */
  private <T> Uni<T> counted(Uni<T> proof, HttpServerRequest connection) {
    return proof.onFailure(Identification::isWrong).invoke(() -> lockout.failed(connection));
  }

  static boolean isWrong(Throwable failure) {
    return failure instanceof ApiException told && told.code() == ProblemCode.UNAUTHORIZED;
  }

  /**
   * Who stands behind what a proxy in front of this service says; empty where none says anything.
   *
   * @throws ApiException where one has to
   */
  private Optional<Uni<Caller>> vouched(
      ContainerRequestContext request, HttpServerRequest connection) {
    if (vouchers.behindAccess()) {
      String assertion = request.getHeaderString(ACCESS_HEADER);
      if (assertion != null) {
        return Optional.of(remembered(assertion, () -> vouchers.access(assertion)));
      }
      if (vouchers.accessRequired()) {
        throw emergency.unauthorized("Come by Cloudflare Access: nobody is let in past it.");
      }
    }
    String data = request.getHeaderString(LOAD_BALANCER_HEADER);
    return vouchers.behindLoadBalancer() && data != null
        ? Optional.of(person(vouchers.loadBalancer(data, peer(connection))).chain(this::enter))
        : Optional.empty();
  }

  /** Whoever is at the other end of the connection: a header may name another. */
  private static String peer(HttpServerRequest request) {
    return request.connection().remoteAddress() == null
        ? ""
        : request.connection().remoteAddress().hostAddress();
  }

  /** A voucher that was good a moment ago is good still. */
  private Uni<Caller> remembered(String voucher, Supplier<Uni<Person>> proof) {
    ByteBuffer key = ByteBuffer.wrap(Tokens.hash(voucher));
    Caller known = callers.getIfPresent(key);
    return known != null
        ? Uni.createFrom().item(known)
        : keeping(key, person(proof.get()).chain(this::enter));
  }

  private Uni<Caller> enter(Person person) {
    return user(person).map(Caller.class::cast);
  }

  /** The user that a person is here. */
  Uni<Caller.User> user(Person person) {
    return federation.enter(person).map(Identification::user);
  }

  private static Caller.User user(Federation.Entry entry) {
    return switch (entry) {
      case Federation.Entry.In in -> in.user();
      case Federation.Entry.AtHomeElsewhere ignored ->
          throw ApiException.of(
              ProblemCode.FORBIDDEN,
              "You are at home in another tenant here than your provider says. Ask whoever runs"
                  + " this service.");
      case Federation.Entry.HasLeft ignored ->
          throw ApiException.of(
              ProblemCode.FORBIDDEN,
              "Your provider has said since then that you have no role here. If it gives you one"
                  + " now, sign in there again.");
    };
  }

  /** Whom a proof is of; whoever is without a role by it has none here any more, either. */
  Uni<Person> person(Uni<Person> proof) {
    return onThisContext(proof)
        .onFailure(NotMapped.class)
        .call(
            nowhere ->
                ((NotMapped) nowhere)
                    .withoutRole()
                    .map(this::leave)
                    .orElseGet(Uni.createFrom()::voidItem))
        .onFailure()
        .transform(Identification::told);
  }

  private Uni<Void> leave(NotMapped.WithoutRole who) {
    return federation
        .leave(who.user(), who.said())
        .invoke(
            left -> {
              if (left) {
                forget();
              }
            })
        .replaceWithVoid();
  }

  /** What proves somebody, in the API's words where it does not. */
  static <T> Uni<T> proved(Uni<T> proof) {
    return onThisContext(proof.onFailure().transform(Identification::told));
  }

  private static Throwable told(Throwable failure) {
    return switch (failure) {
      case NotProved ignored -> notKnown();
      case NotMapped nowhere -> ApiException.of(ProblemCode.FORBIDDEN, nowhere.why());
      case Away ignored ->
          ApiException.overloaded("Who vouches for you cannot be asked now. Try again.", 5);
      default -> failure;
    };
  }

  /** Proofs come from other threads; what comes after belongs to this request's event loop. */
  private static <T> Uni<T> onThisContext(Uni<T> uni) {
    Context context = Vertx.currentContext();
    return context == null
        ? uni
        : uni.emitOn(command -> context.runOnContext(ignored -> command.run()));
  }

  private Uni<Void> bySession(ContainerRequestContext request) {
    Optional<String> session = SessionCookie.session(request);
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

  /** A caller, with the hash of the token of ours that proved it, where one did. */
  private record Known(Caller caller, Optional<byte[]> tokenSha256) {}

  private static void remember(ContainerRequestContext request, Known known) {
    request.setProperty(CALLER, known.caller());
    known.tokenSha256().ifPresent(hash -> request.setProperty(CREDENTIAL, hash));
  }

  /** Whose token this is. */
  Uni<Optional<Caller>> holder(String token) {
    return known(Tokens.hash(token)).map(found -> found.map(Known::caller));
  }

  /** Who that is by now; empty where the token that proved it is good no more. */
  Uni<Optional<Caller>> again(Caller.User user, Optional<byte[]> tokenSha256) {
    return tokenSha256
        .map(hash -> known(hash).map(found -> found.map(Known::caller)))
        .orElseGet(() -> users.now(user.id()).map(found -> found.map(Caller.class::cast)));
  }

  /** OpenCode's own clients send a password and nothing else: there, it is the token. */
  private static String basicAsBearer(ContainerRequestContext request, String header) {
    if (!isOpenCode(request) || !header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
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

  private static boolean isOpenCode(ContainerRequestContext request) {
    return request.getUriInfo().getPath().startsWith(OPEN_CODE);
  }

  private Uni<Known> byBearer(String header) {
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Uni.createFrom().failure(notKnown());
    }
    String token = header.substring(SCHEME.length()).strip();
    return vouchers.mayKnow(token)
        ? remembered(token, () -> vouchers.bearer(token))
            .map(caller -> new Known(caller, Optional.empty()))
        : known(Tokens.hash(token)).map(known -> known.orElseThrow(Identification::notKnown));
  }

  private Uni<Optional<Known>> known(byte[] hash) {
    if (MessageDigest.isEqual(hash, operatorTokenSha256)) {
      return Uni.createFrom()
          .item(Optional.of(new Known(new Caller.Operator(), Optional.of(hash))));
    }
    ByteBuffer key = ByteBuffer.wrap(hash);
    Caller remembered = callers.getIfPresent(key);
    if (remembered != null) {
      return Uni.createFrom().item(Optional.of(new Known(remembered, Optional.of(hash))));
    }
    long before = forgotten.get();
    return users
        .whose(hash)
        .invoke(found -> found.ifPresent(caller -> keep(key, caller, before)))
        .map(found -> found.map(caller -> new Known(caller, Optional.of(hash))));
  }

  private Uni<Caller> keeping(ByteBuffer key, Uni<Caller> caller) {
    long before = forgotten.get();
    return caller.invoke(found -> keep(key, found, before));
  }

  /** Not where it was looked up before everybody was forgotten. */
  private void keep(ByteBuffer key, Caller caller, long before) {
    callers.put(key, caller);
    if (forgotten.get() != before) {
      callers.invalidate(key);
    }
  }

  private static ApiException notKnown() {
    return ApiException.unauthorized("This token is not known.");
  }

  /** Roles or tokens have changed: everybody is looked up again. */
  void forget() {
    forgotten.incrementAndGet();
    callers.invalidateAll();
  }

  static Caller caller(ContainerRequestContext request) {
    return request.getProperty(CALLER) instanceof Caller caller ? caller : new Caller.Anonymous();
  }

  /** The hash of the token of ours that proved the caller; empty where another vouches. */
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
