package dev.tmuxbuilder.verification.browser;

import dev.tmuxbuilder.platform.PublicAddresses;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Where requests of checks may go. A name is resolved once, and the connection is made to the
 * address that was looked at, so that a second answer of its name server changes nothing. Whatever
 * is not an address of the public internet is refused, but for the sites of the local host and what
 * the operator set by {@code connect-to}.
 */
final class Outgoing {
  private final ConnectTo connectTo;
  private final OwnSites own;
  private final Names names;

  /** The sites that this service serves itself. */
  interface OwnSites {
    boolean has(String host, int port);
  }

  /** A resolver. Blocks. */
  interface Names {
    List<InetAddress> of(String host) throws UnknownHostException;
  }

  Outgoing(ConnectTo connectTo, OwnSites own, Names names) {
    this.connectTo = connectTo;
    this.own = own;
    this.names = names;
  }

  static Outgoing of(Settings settings) {
    return of(settings, ownSites(settings.sites()));
  }

  static Outgoing of(Settings settings, OwnSites own) {
    return new Outgoing(
        settings.verify().connectTo().map(ConnectTo::parse).orElse(ConnectTo.parse("")),
        own,
        host -> List.of(InetAddress.getAllByName(host)));
  }

  private static OwnSites ownSites(Settings.Sites sites) {
    String domain = "." + sites.domain().toLowerCase(Locale.ROOT);
    OptionalInt outside = sites.publicPort();
    return (host, port) ->
        host.endsWith(domain)
            && (port == sites.port() || (outside.isPresent() && port == outside.getAsInt()));
  }

  ConnectTo connectTo() {
    return connectTo;
  }

  /**
   * @return where to connect: for a stranger's name always a literal address; fails with {@link
   *     SiteClient.NoAnswer} where the request must not be made, or the name does not resolve
   */
  @CheckReturnValue
  Uni<ConnectTo.Place> place(URI url) {
    String host = Origin.host(url);
    if (!isWeb(url) || host.isEmpty() || url.getRawUserInfo() != null) {
      return Uni.createFrom().failure(refused(url));
    }
    if (connectTo.ruleFor(url).isPresent()
        || (own.has(host, Origin.port(url)) && Origin.isLocalName(host))) {
      return Uni.createFrom().item(connectTo.place(url));
    }
    return VirtualThreads.call("resolve " + host, () -> pinned(url, host));
  }

  private ConnectTo.Place pinned(URI url, String host) {
    List<InetAddress> addresses;
    try {
      addresses = names.of(host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
    } catch (UnknownHostException unknown) {
      throw new SiteClient.NoAnswer("the name " + host + " does not resolve");
    }
    boolean mine = own.has(host, Origin.port(url));
    if (addresses.isEmpty() || !(mine || addresses.stream().allMatch(PublicAddresses::has))) {
      throw refused(url);
    }
    return new ConnectTo.Place(
        addresses.getFirst().getHostAddress(),
        Origin.port(url),
        "https".equalsIgnoreCase(url.getScheme()));
  }

  private static boolean isWeb(URI url) {
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    return (scheme.equals("http") || scheme.equals("https"))
        && Origin.port(url) > 0
        && Origin.port(url) < 1 << 16;
  }

  private static SiteClient.NoAnswer refused(URI url) {
    return new SiteClient.NoAnswer(Origin.host(url) + " is no address of the public internet");
  }
}
