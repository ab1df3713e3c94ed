package dev.tmuxbuilder.verification.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocketRoute;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Keeps the browser inside the site: whatever it asks of another origin is refused and remembered.
 * Where {@code connect-to} has a rule for the site, its requests go through the {@link SiteClient}.
 * Lives on the browser's thread.
 */
final class Fence {
  private static final long LARGEST_FILE = 64 << 20;

  /** Set anew by the browser or by the client on the way. */
  private static final Set<String> HOP_BY_HOP =
      Set.of("connection", "transfer-encoding", "content-length", "host", "accept-encoding");

  private final Origin origin;
  private final SiteClient client;
  private final Duration deadline;
  private final Set<String> refused = new TreeSet<>();

  Fence(URI site, SiteClient client, Duration deadline) {
    this.origin = Origin.of(site);
    this.client = client;
    this.deadline = deadline;
  }

  /** The URLs that were refused since the last call. */
  List<String> takeRefused() {
    List<String> taken = List.copyOf(refused);
    refused.clear();
    return taken;
  }

  void enclose(BrowserContext context) {
    context.route(outside("https?"), this::refuse);
    context.routeWebSocket(outside("wss?"), this::refuse);
    if (client.connectTo().ruleFor(URI.create(origin.text() + "/")).isPresent()) {
      context.route(inside(), this::bring);
    }
  }

  private Pattern outside(String scheme) {
    return Pattern.compile("^(?!" + siteInAnyScheme() + ")" + scheme + ":");
  }

  private Pattern inside() {
    return Pattern.compile("^" + siteInAnyScheme());
  }

  /** Written for the browser's regular expressions, which know no {@code \Q}. */
  private String siteInAnyScheme() {
    String text = origin.text().replaceAll("[^A-Za-z0-9:/]", "\\\\$0");
    return text.replaceFirst("^http", "(?:http|ws)") + "(?:[/?#]|$)";
  }

  private void refuse(Route route) {
    refused.add(route.request().url());
    route.abort("blockedbyclient");
  }

  private void refuse(WebSocketRoute route) {
    refused.add(route.url());
    route.close();
  }

  private void bring(Route route) {
    Request request = route.request();
    Map<String, String> headers = new HashMap<>(request.allHeaders());
    headers.keySet().removeIf(name -> name.startsWith(":") || HOP_BY_HOP.contains(name));
    SiteClient.Answer answer =
        client
            .send(
                HttpMethod.valueOf(request.method()),
                URI.create(request.url()),
                headers,
                Optional.ofNullable(request.postDataBuffer()),
                LARGEST_FILE,
                true)
            .onFailure()
            .recoverWithNull()
            .await()
            .atMost(deadline.plusSeconds(1));
    if (answer == null) {
      route.abort("connectionfailed");
      return;
    }
    Map<String, String> given = new HashMap<>();
    answer.headers().forEach(header -> given.put(header.getKey(), header.getValue()));
    given.keySet().removeIf(name -> HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT)));
    route.fulfill(
        new Route.FulfillOptions()
            .setStatus(answer.status())
            .setHeaders(given)
            .setBodyBytes(answer.body().getBytes()));
  }
}
