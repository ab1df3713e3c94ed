package dev.tmuxbuilder.hosting.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Serves what CloudFront would: by the rules that are configured on the distribution whose name is
 * in the Host header, from the bucket of the emulator that the rules lead to, and only where the
 * bucket's policy lets that distribution in. What may be kept is kept until it is invalidated, so
 * that a forgotten invalidation is seen.
 */
public final class CloudFrontStandIn implements AutoCloseable {
  private final Account account;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Answer> kept = new ConcurrentHashMap<>();
  private final Map<String, Integer> invalidations = new ConcurrentHashMap<>();

  public CloudFrontStandIn(URI emulator) {
    this.account = new Account(emulator);
    try {
      server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** An answer of the edge. */
  public record Answer(int status, String type, String cache, String encoding, byte[] body) {
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    private Answer as(int newStatus) {
      return new Answer(newStatus, type, cache, encoding, body);
    }
  }

  /** What a visitor of {@code https://{domain}{path}} gets; the path as it stands in the URL. */
  public Answer get(String domain, String path) {
    Optional<DistributionSummary> found =
        account.distributions().stream()
            .filter(item -> item.domainName().equals(domain))
            .findFirst();
    if (found.isEmpty()) {
      return error(502, "no such distribution");
    }
    forgetInvalidated(found.get().id());
    DistributionConfig config =
        account
            .cloudFront
            .getDistributionConfig(get -> get.id(found.get().id()))
            .distributionConfig();
    if (!config.enabled()) {
      return error(502, "switched off");
    }
    String key = domain + path;
    Answer known = kept.get(key);
    if (known != null) {
      return known;
    }
    Answer answer = fetch(found.get(), config, path);
    Optional<CustomErrorResponse> page =
        config.customErrorResponses().items().stream()
            .filter(error -> error.errorCode() == answer.status())
            .findFirst();
    Answer given =
        page.map(
                error ->
                    fetch(found.get(), config, error.responsePagePath())
                        .as(Integer.parseInt(error.responseCode())))
            .orElse(answer);
    if (given.status() == 200 && given.cache().contains("max-age")) {
      kept.put(key, given);
    }
    return given;
  }

  private void forgetInvalidated(String id) {
    var all =
        account.cloudFront.listInvalidations(list -> list.distributionId(id)).invalidationList();
    int before = invalidations.getOrDefault(id, 0);
    if (all.items().size() == before) {
      return;
    }
    invalidations.put(id, all.items().size());
    all.items().stream()
        .skip(before)
        .flatMap(
            item ->
                account
                    .cloudFront
                    .getInvalidation(get -> get.distributionId(id).id(item.id()))
                    .invalidation()
                    .invalidationBatch()
                    .paths()
                    .items()
                    .stream())
        .forEach(path -> kept.keySet().removeIf(key -> glob(path).matcher(pathOf(key)).matches()));
  }

  private static String pathOf(String key) {
    return key.substring(key.indexOf('/'));
  }

  private Answer fetch(DistributionSummary distribution, DistributionConfig config, String path) {
    String wanted = path.equals("/") ? "/" + config.defaultRootObject() : path;
    String target =
        config.cacheBehaviors().items().stream()
            .filter(behavior -> glob(behavior.pathPattern()).matcher(path).matches())
            .findFirst()
            .map(behavior -> behavior.targetOriginId())
            .orElse(config.defaultCacheBehavior().targetOriginId());
    Origin origin =
        config.origins().items().stream()
            .filter(item -> item.id().equals(target))
            .findFirst()
            .orElseThrow();
    String bucket = origin.domainName().substring(0, origin.domainName().indexOf(".s3."));
    String key =
        (origin.originPath()
                + URLDecoder.decode(wanted.replace("+", "%2B"), StandardCharsets.UTF_8))
            .substring(1);
    try {
      String policy = account.s3.getBucketPolicy(get -> get.bucket(bucket)).policy();
      if (!policy.contains("\"" + distribution.arn() + "\"")) {
        return error(403, "AccessDenied");
      }
      ResponseBytes<GetObjectResponse> object =
          account.s3.getObjectAsBytes(get -> get.bucket(bucket).key(key));
      return new Answer(
          200,
          object.response().contentType(),
          Optional.ofNullable(object.response().cacheControl()).orElse(""),
          Optional.ofNullable(object.response().contentEncoding()).orElse(""),
          object.asByteArray());
    } catch (S3Exception missing) {
      return error(missing.statusCode(), "AccessDenied");
    }
  }

  private static Answer error(int status, String code) {
    return new Answer(
        status,
        "application/xml",
        "",
        "",
        ("<Error><Code>" + code + "</Code></Error>").getBytes(StandardCharsets.UTF_8));
  }

  private static Pattern glob(String pattern) {
    return Pattern.compile(
        Arrays.stream(pattern.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")));
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String host = List.of(exchange.getRequestHeaders().getFirst("Host").split(":")).getFirst();
      Answer answer = get(host, exchange.getRequestURI().getRawPath());
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      if (!answer.cache().isEmpty()) {
        exchange.getResponseHeaders().set("Cache-Control", answer.cache());
      }
      if (!answer.encoding().isEmpty()) {
        exchange.getResponseHeaders().set("Content-Encoding", answer.encoding());
      }
      boolean head = exchange.getRequestMethod().equals("HEAD") || answer.body().length == 0;
      exchange.sendResponseHeaders(answer.status(), head ? -1 : answer.body().length);
      if (!head) {
        exchange.getResponseBody().write(answer.body());
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
    account.close();
  }
}
