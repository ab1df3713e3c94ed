package dev.tmuxbuilder.hosting.local;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.AllowedHost;
import dev.tmuxbuilder.hosting.AllowedHosts;
import dev.tmuxbuilder.isolation.Exit;
import dev.tmuxbuilder.platform.PublicAddresses;
import dev.tmuxbuilder.platform.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The ways out of sites' walls: to hosts that their tenant is allowed and that are on the public
 * internet, or that the operator has named an address for. Which they are is asked for each tunnel,
 * and known for ten seconds. Methods block.
 */
final class SiteExits {
  private static final System.Logger LOG = System.getLogger(SiteExits.class.getName());
  private static final Duration REMEMBERED = Duration.ofSeconds(10);
  private static final Duration LOOK_UP = Duration.ofSeconds(10);

  private final Map<String, InetAddress> internal;
  private final LoadingCache<ExecutionId, List<AllowedHost>> allowed;
  private final Names names;

  /** A resolver. Blocks. */
  interface Names {
    List<InetAddress> of(String host) throws UnknownHostException;
  }

  static SiteExits of(AllowedHosts hosts, Settings.Sites settings) {
    return new SiteExits(
        hosts,
        settings.internalHosts().orElse(List.of()),
        host -> List.of(InetAddress.getAllByName(host)));
  }

  /**
   * @param internal names that the operator vouches for, as {@code NAME=ADDRESS}
   * @throws IllegalArgumentException with a sentence for the operator
   */
  SiteExits(AllowedHosts hosts, List<String> internal, Names names) {
    this.names = names;
    this.internal = addresses(internal);
    this.allowed =
        Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED)
            .maximumSize(10_000)
            .build(site -> hosts.of(site).await().atMost(LOOK_UP));
  }

  private static Map<String, InetAddress> addresses(List<String> settings) {
    Map<String, InetAddress> all = new HashMap<>();
    for (String setting : settings) {
      String[] parts = setting.strip().split("=", 2);
      try {
        all.put(parts[0].toLowerCase(Locale.ROOT), InetAddress.ofLiteral(parts[1]));
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException unreadable) {
        throw new IllegalArgumentException(
            "tmuxbuilder.sites.internal-hosts: \"" + setting + "\" is not NAME=ADDRESS",
            unreadable);
      }
    }
    return Map.copyOf(all);
  }

  /**
   * The way out of a site that is started now; none where its tenant is allowed nothing.
   *
   * @throws StepFailure where it cannot be found out
   */
  Optional<Exit> of(SiteRecord site) {
    ExecutionId execution = ExecutionId.of(site.executionId());
    allowed.invalidate(execution);
    try {
      return allowed.get(execution).isEmpty()
          ? Optional.empty()
          : Optional.of(new Exit((host, port) -> address(site.name(), execution, host, port)));
    } catch (RuntimeException unreadable) { // whatever keeps it, the site must not start without
      throw StepFailure.retryable(
              "activate",
              "allowed_hosts_unreadable",
              "Which hosts the site may reach cannot be read. The release before it stays live.",
              "See whether the database answers.")
          .causedBy(unreadable);
    }
  }

  InetSocketAddress address(String site, ExecutionId execution, String host, int port)
      throws Exit.Refused, IOException {
    if (hosts(execution).stream().noneMatch(one -> one.fits(host, port))) {
      throw refused(site, host + ":" + port + " is not among the hosts that this site may reach.");
    }
    InetAddress own = internal.get(host.toLowerCase(Locale.ROOT));
    if (own != null) {
      return new InetSocketAddress(own, port);
    }
    List<InetAddress> found = names.of(host);
    if (found.isEmpty() || !found.stream().allMatch(PublicAddresses::has)) {
      throw refused(site, host + " is no address of the public internet.");
    }
    return new InetSocketAddress(found.getFirst(), port);
  }

  private List<AllowedHost> hosts(ExecutionId execution) throws IOException {
    try {
      return allowed.get(execution);
    } catch (RuntimeException unreadable) {
      throw new IOException("it cannot be read which hosts are allowed", unreadable);
    }
  }

  private static Exit.Refused refused(String site, String why) {
    LOG.log(System.Logger.Level.INFO, "site {0} was kept in: {1}", site, why);
    return new Exit.Refused(why);
  }
}
