package dev.tmuxbuilder.verification.browser;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.verification.Target;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A small site on a port of its own; files by path, and answers of any other kind. */
final class TestSite implements AutoCloseable {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css",
          "js", "text/javascript",
          "svg", "image/svg+xml",
          "png", "image/png");

  private final TreeMap<String, byte[]> files = new TreeMap<>();
  private final Map<String, Consumer<HttpServerRequest>> answers = new HashMap<>();
  private final Map<String, String> headers = new HashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  TestSite(Vertx vertx) throws Exception {
    server =
        vertx
            .createHttpServer()
            .requestHandler(this::answer)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  /** A site of six pages without a fault. */
  static TestSite good(Vertx vertx) throws Exception {
    TestSite site = new TestSite(vertx);
    site.file("site.css", GoodSite.CSS);
    site.file("icon.svg", GoodSite.ICON);
    site.file("404.html", GoodSite.page("Not found", "<h1>Not found</h1>"));
    GoodSite.PAGES.forEach(
        (path, body) -> site.file(path + "index.html", GoodSite.page(GoodSite.title(path), body)));
    return site;
  }

  TestSite file(String path, String content) {
    files.put(path, content.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Changes a file that is there. */
  TestSite edit(String path, String from, String to) {
    String before = new String(files.get(path), StandardCharsets.UTF_8);
    if (!before.contains(from)) {
      throw new IllegalArgumentException(path + " has no " + from);
    }
    return file(path, before.replace(from, to));
  }

  TestSite answering(String path, Consumer<HttpServerRequest> answer) {
    answers.put(path, answer);
    return this;
  }

  TestSite header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  List<String> requests() {
    return requests;
  }

  int port() {
    return server.actualPort();
  }

  URI url() {
    return URI.create("http://bakery.localhost:" + port() + "/");
  }

  /** What is served now, as a release. */
  Artifact artifact() {
    List<Artifact.File> list = new ArrayList<>();
    StringBuilder lines = new StringBuilder();
    files.forEach(
        (path, content) -> {
          String sha256 = sha256(content);
          list.add(new Artifact.File(path, sha256, content.length));
          lines.append(path).append('\t').append(sha256).append('\n');
        });
    return new Artifact(
        Path.of("unused"), sha256(lines.toString().getBytes(StandardCharsets.UTF_8)), list);
  }

  Target target(Path deployment) {
    return target(deployment, SiteType.STATIC, artifact(), Optional.empty());
  }

  Target target(Path deployment, SiteType type, Artifact artifact, Optional<String> brief) {
    return new Target(
        ExecutionId.of("2a4f4f0c-7b0c-5c53-8a3b-6f1c7a4d9f10_sess_20260101_120000_ab12"),
        1,
        url(),
        type,
        artifact,
        brief,
        deployment);
  }

  private void answer(HttpServerRequest request) {
    requests.add(request.method() + " " + request.path());
    HttpServerResponse response = request.response();
    headers.forEach(response::putHeader);
    Consumer<HttpServerRequest> special = answers.get(request.path());
    if (special != null) {
      special.accept(request);
      return;
    }
    String path = request.path().substring(1);
    String file = path.isEmpty() || path.endsWith("/") ? path + "index.html" : path;
    byte[] content = files.get(file);
    if (content == null) {
      byte[] missing = files.get("404.html");
      response.setStatusCode(404).putHeader("content-type", TYPES.get("html"));
      response.end(io.vertx.core.buffer.Buffer.buffer(missing == null ? new byte[0] : missing));
      return;
    }
    String ending = file.substring(file.lastIndexOf('.') + 1);
    response
        .putHeader("content-type", TYPES.getOrDefault(ending, "application/octet-stream"))
        .end(io.vertx.core.buffer.Buffer.buffer(content));
  }

  static String sha256(byte[] content) {
    return HexFormat.of().formatHex(Intake.sha256().digest(content));
  }

  @Override
  public void close() throws Exception {
    server.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
