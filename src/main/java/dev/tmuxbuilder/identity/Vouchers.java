package dev.tmuxbuilder.identity;

import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import dev.tmuxbuilder.tenancy.Person;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/**
 * Those who vouch for callers, as far as any are set. Nothing is asked of them, and no class of
 * theirs is loaded, before the first voucher comes. What proves a person fails with {@link
 * NotProved}, {@link NotMapped} or {@link Away}; none of the methods blocks.
 */
@ApplicationScoped
public class Vouchers {
  private static final Pattern JWT =
      Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*");
  static final List<String> OF_PROVIDERS = List.of("RS256", "ES256");
  private static final List<String> OF_ACCESS = List.of("RS256");

  private final Mapping mapping;
  private final Optional<SignedTokens> bearer;
  private final Optional<SignedTokens> access;
  private final boolean accessRequired;
  private final Optional<LoadBalancer> loadBalancer;
  private final Peers proxies;

  Vouchers(Settings settings, Clock clock) {
    Settings.Identity identity = settings.identity();
    this.mapping = new Mapping(identity);
    this.bearer = identity.oidc().issuer().map(issuer -> provider(issuer, identity.oidc()));
    this.access = identity.access().team().map(team -> team(team, identity.access()));
    this.accessRequired = access.isPresent() && identity.access().required();
    this.loadBalancer = LoadBalancer.of(identity.alb(), clock);
    this.proxies = new Peers(identity.trustedProxies().orElseGet(List::of));
  }

  /** What is missing in the settings is said at the start. */
  void start(@Observes StartupEvent event) {}

  private static SignedTokens provider(URI issuer, Settings.Oidc oidc) {
    List<String> audiences =
        oidc.audience()
            .or(() -> oidc.clientId().map(List::of))
            .orElseThrow(() -> missing("TMUXBUILDER_IDENTITY_OIDC_CLIENT_ID"));
    return SignedTokens.discovered(issuer, audiences, OF_PROVIDERS).orForClients();
  }

  private static SignedTokens team(URI team, Settings.Access access) {
    String issuer = team.toString().replaceAll("/+$", "");
    List<String> audiences =
        access.audience().orElseThrow(() -> missing("TMUXBUILDER_IDENTITY_ACCESS_AUDIENCE"));
    URI keys = access.keys().orElseGet(() -> URI.create(issuer + "/cdn-cgi/access/certs"));
    return new SignedTokens(issuer, audiences, OF_ACCESS, () -> keys);
  }

  private static dev.tmuxbuilder.platform.Refusal missing(String setting) {
    return new dev.tmuxbuilder.platform.Refusal(
        setting + " is missing.", "Without it nobody could say for whom a token must be.");
  }

  /** Whether a bearer token may be a provider's rather than one of this service's own. */
  public boolean mayKnow(String token) {
    return bearer.isPresent() && JWT.matcher(token).matches();
  }

  /** Whose bearer token it is. */
  public Uni<Person> bearer(String token) {
    return prove(() -> bearer.orElseThrow().check(token));
  }

  /** Whether a load balancer vouches for callers. */
  public boolean behindLoadBalancer() {
    return loadBalancer.isPresent();
  }

  /**
   * Whom the load balancer has let in.
   *
   * @param data the header {@code x-amzn-oidc-data}
   * @param peer the address at the other end of the connection, whatever headers say
   */
  public Uni<Person> loadBalancer(String data, String peer) {
    return proxies.hold(peer)
        ? prove(() -> loadBalancer.orElseThrow().check(data))
        : Uni.createFrom().failure(new NotProved("not from a trusted proxy"));
  }

  /** Whether Cloudflare Access vouches for callers. */
  public boolean behindAccess() {
    return access.isPresent();
  }

  /** Whether nobody may come past Cloudflare Access. */
  public boolean accessRequired() {
    return accessRequired;
  }

  /**
   * Whom Cloudflare Access has let in.
   *
   * @param assertion the header {@code Cf-Access-Jwt-Assertion}
   */
  public Uni<Person> access(String assertion) {
    return prove(() -> access.orElseThrow().check(assertion));
  }

  private Uni<Person> prove(Callable<Claims> check) {
    return VirtualThreads.call("voucher", check).map(mapping::person);
  }
}
