package dev.tmuxbuilder.service;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** Takes spans in as a collector does (OTLP over HTTP, protobuf). */
final class TraceReceiver implements AutoCloseable {
  private final HttpServer server;
  private final List<Span> spans = new CopyOnWriteArrayList<>();

  TraceReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    server.createContext(
        "/v1/traces",
        exchange -> {
          boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
          var body =
              packed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
          ExportTraceServiceRequest.parseFrom(body)
              .getResourceSpansList()
              .forEach(
                  resource ->
                      resource
                          .getScopeSpansList()
                          .forEach(scope -> spans.addAll(scope.getSpansList())));
          byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
          exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
          exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  /** Settings that make a service send its spans here, without delay. */
  ServerProcess observe(ServerProcess process) {
    return process
        .with("QUARKUS_OTEL_SDK_DISABLED", "false")
        .with("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + server.getAddress().getPort())
        .with("QUARKUS_OTEL_BSP_SCHEDULE_DELAY", "100ms");
  }

  /** Spans of the trace in which the run is the root; empty while the run goes on. */
  List<Span> ofRun(String run) {
    return spans.stream()
        .filter(span -> attribute(span, "cicd.pipeline.run.id").equals(run))
        .findFirst()
        .map(root -> spans.stream().filter(s -> s.getTraceId().equals(root.getTraceId())).toList())
        .orElse(List.of());
  }

  List<Span> all() {
    return List.copyOf(spans);
  }

  /** A text attribute of a span; empty where it has none. */
  static String attribute(Span span, String key) {
    return span.getAttributesList().stream()
        .filter(attribute -> attribute.getKey().equals(key))
        .map(attribute -> attribute.getValue().getStringValue())
        .findFirst()
        .orElse("");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
