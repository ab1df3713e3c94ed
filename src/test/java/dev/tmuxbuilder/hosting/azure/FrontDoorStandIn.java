package dev.tmuxbuilder.hosting.azure;

import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.models.BlobDownloadContentResponse;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.StaticWebsite;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Serves what Front Door would: by the route of the endpoint whose name is asked for, from the
 * website of the account that its origin names, with the headers of its rules. What may be kept is
 * kept until it is purged, so that a forgotten purge is seen.
 */
public final class FrontDoorStandIn implements AutoCloseable {
  private final Cloud cloud;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Answer> kept = new ConcurrentHashMap<>();
  private final Map<String, StaticWebsite> websites = new ConcurrentHashMap<>();
  private final AtomicInteger purged = new AtomicInteger();

  public FrontDoorStandIn(Cloud cloud) {
    this.cloud = cloud;
    try {
      server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** An answer of the edge. */
  public record Answer(int status, Map<String, String> headers, byte[] body) {
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    public String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /** What a visitor of {@code https://{host}{path}} gets; the path as it stands in the URL. */
  public Answer get(String host, String path) {
    ResourceManager manager = cloud.manager();
    Optional<String> endpoint =
        manager.ofKind("Microsoft.Cdn/profiles/afdEndpoints").stream()
            .filter(id -> property(id, "hostName").equals(host))
            .findFirst();
    if (endpoint.isEmpty() || !property(endpoint.get(), "enabledState").equals("Enabled")) {
      return new Answer(404, Map.of(), "no such endpoint".getBytes(StandardCharsets.UTF_8));
    }
    forgetPurged();
    Optional<JsonNode> route =
        manager.at(endpoint.get() + "/routes/site").map(found -> found.path("properties"));
    if (route.isEmpty() || !route.get().path("enabledState").asText().equals("Enabled")) {
      return new Answer(404, Map.of(), "no route".getBytes(StandardCharsets.UTF_8));
    }
    Answer known = kept.get(host + path);
    return known != null ? known : fresh(host, path, route.get());
  }

  private Answer fresh(String host, String path, JsonNode route) {
    String origin = route.path("originGroup").path("id").asText() + "/origins/account";
    String web = property(origin, "hostName");
    String decoded = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    Answer answer =
        website(
            web.substring(0, web.indexOf('.')),
            route.path("originPath").asText().replaceFirst("/$", "")
                + rewritten(route.path("ruleSets"), decoded));
    Map<String, String> headers = new TreeMap<>(answer.headers());
    route.path("ruleSets").forEach(set -> headers.putAll(rules(set.path("id").asText())));
    Answer given = new Answer(answer.status(), headers, answer.body());
    if (given.status() == 200 && given.header("Cache-Control").contains("max-age")) {
      kept.put(host + path, given);
    }
    return given;
  }

  private Map<String, String> rules(String set) {
    Map<String, String> headers = new TreeMap<>();
    for (JsonNode rule : rulesOf(set)) {
      for (JsonNode action : rule.path("actions")) {
        if (action.path("name").asText().equals("ModifyResponseHeader")) {
          headers.put(
              action.path("parameters").path("headerName").asText(),
              action.path("parameters").path("value").asText());
        }
      }
    }
    return headers;
  }

  /**
   * A path as the rules have it, set by set and rule by rule, until one says that it is the last.
   *
   * @see <a href="https://learn.microsoft.com/azure/frontdoor/front-door-url-rewrite">URL
   *     rewrite</a>
   */
  private String rewritten(JsonNode sets, String path) {
    String now = path;
    for (JsonNode set : sets) {
      for (JsonNode rule : rulesOf(set.path("id").asText())) {
        if (rule.path("conditions").valueStream().allMatch(one -> fits(one, path.substring(1)))) {
          for (JsonNode action : rule.path("actions")) {
            now = action.path("name").asText().equals("UrlRewrite") ? moved(action, now) : now;
          }
          if (rule.path("matchProcessingBehavior").asText().equals("Stop")) {
            return now;
          }
        }
      }
    }
    return now;
  }

  private List<JsonNode> rulesOf(String set) {
    return cloud.manager().ofKind("Microsoft.Cdn/profiles/ruleSets/rules").stream()
        .filter(id -> id.startsWith(set + "/"))
        .flatMap(id -> cloud.manager().at(id).stream())
        .map(rule -> rule.path("properties"))
        .sorted(Comparator.comparingInt(rule -> rule.path("order").asInt()))
        .toList();
  }

  /** https://learn.microsoft.com/azure/frontdoor/rules-match-conditions, “Request path”. */
  private static boolean fits(JsonNode condition, String path) {
    if (!condition.path("name").asText().equals("UrlPath")) {
      throw new IllegalArgumentException("no such condition here: " + condition);
    }
    JsonNode parameters = condition.path("parameters");
    return parameters
        .path("matchValues")
        .valueStream()
        .map(JsonNode::asText)
        .anyMatch(
            value ->
                switch (parameters.path("operator").asText()) {
                  case "Equal" -> path.equals(value.replaceFirst("^/", ""));
                  case "RegEx" -> Pattern.compile(value).matcher(path).find();
                  default -> throw new IllegalArgumentException("no such operator: " + parameters);
                });
  }

  private static String moved(JsonNode action, String path) {
    JsonNode parameters = action.path("parameters");
    String from = parameters.path("sourcePattern").asText();
    if (!path.startsWith(from)) {
      return path;
    }
    return parameters.path("destination").asText()
        + (parameters.path("preserveUnmatchedPath").asBoolean()
            ? path.substring(from.length())
            : "");
  }

  private String property(String id, String name) {
    return cloud
        .manager()
        .at(id)
        .map(found -> found.path("properties").path(name).asText())
        .orElse("");
  }

  private void forgetPurged() {
    var all = cloud.manager().purges();
    for (int i = purged.getAndSet(all.size()); i < all.size(); i++) {
      all.get(i)
          .paths()
          .forEach(
              path ->
                  kept.keySet()
                      .removeIf(
                          key -> glob(path).matcher(key.substring(key.indexOf('/'))).matches()));
    }
  }

  private static Pattern glob(String pattern) {
    return Pattern.compile(
        Arrays.stream(pattern.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")));
  }

  /** As a storage account serves its website: with an index for each directory. */
  private Answer website(String account, String path) {
    BlobServiceClient blobs = cloud.blobs().client(cloud.manager().blobAccount(account));
    StaticWebsite website =
        websites.computeIfAbsent(account, asked -> blobs.getProperties().getStaticWebsite());
    if (website == null || !website.isEnabled()) {
      websites.remove(account);
      return new Answer(404, Map.of(), "WebContentNotFound".getBytes(StandardCharsets.UTF_8));
    }
    String key = (path.endsWith("/") ? path + website.getIndexDocument() : path).substring(1);
    return read(blobs, 200, key)
        .or(() -> read(blobs, 404, website.getErrorDocument404Path()))
        .orElse(new Answer(404, Map.of(), "not found".getBytes(StandardCharsets.UTF_8)));
  }

  private static Optional<Answer> read(BlobServiceClient blobs, int status, String key) {
    try {
      BlobDownloadContentResponse found =
          blobs
              .getBlobContainerClient("$web")
              .getBlobClient(key)
              .downloadContentWithResponse(null, null, null, null);
      Map<String, String> headers = new TreeMap<>();
      put(headers, "Content-Type", found.getDeserializedHeaders().getContentType());
      put(headers, "Cache-Control", found.getDeserializedHeaders().getCacheControl());
      put(headers, "Content-Encoding", found.getDeserializedHeaders().getContentEncoding());
      return Optional.of(new Answer(status, headers, found.getValue().toBytes()));
    } catch (BlobStorageException missing) {
      if (missing.getStatusCode() == 404) {
        return Optional.empty();
      }
      throw missing;
    }
  }

  private static void put(Map<String, String> headers, String name, String value) {
    if (value != null && !value.isEmpty()) {
      headers.put(name, value);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String host =
          Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Forwarded-Host"))
              .orElse(exchange.getRequestHeaders().getFirst("Host").replaceAll(":\\d+$", ""));
      Answer answer = get(host, exchange.getRequestURI().getRawPath());
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      boolean none = exchange.getRequestMethod().equals("HEAD") || answer.body().length == 0;
      exchange.sendResponseHeaders(answer.status(), none ? -1 : answer.body().length);
      if (!none) {
        exchange.getResponseBody().write(answer.body());
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
