package dev.tmuxbuilder.hosting.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.http.policy.RetryPolicy;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What of requests to Azure is in traces. */
class CallSpansTest {
  private final Kept kept = new Kept();
  private final OpenTelemetrySdk telemetry =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(kept))
                  .build())
          .build();
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer server;

  /** All spans that have ended. */
  private static final class Kept implements SpanExporter {
    private final List<SpanData> spans = new CopyOnWriteArrayList<>();

    @Override
    public CompletableResultCode export(Collection<SpanData> ended) {
      spans.addAll(ended);
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  @BeforeEach
  void answerAtTheSecondTryOnly() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("x-ms-request-id", "id-" + asked.get());
          exchange.sendResponseHeaders(asked.getAndIncrement() == 0 ? 503 : 200, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    telemetry.close();
  }

  private Mono<HttpResponse> get(int port, String path) {
    HttpPipeline pipeline =
        new HttpPipelineBuilder()
            .httpClient(new JdkHttpClientBuilder().build())
            .policies(
                new RetryPolicy(new RetryOptions(new FixedDelayOptions(1, Duration.ofMillis(10)))),
                new CallSpans(telemetry))
            .build();
    return pipeline.send(new HttpRequest(HttpMethod.GET, "http://127.0.0.1:" + port + path));
  }

  @Test
  void eachTryIsASpanBelowTheStepOnWhicheverThreadItBegins() {
    Span step = telemetry.getTracer("test").spanBuilder("deploy").startSpan();
    try (Scope ignored = Context.current().with(step).makeCurrent()) {
      get(server.getAddress().getPort(), "/subscriptions/s/resourceGroups/g?sig=hidden")
          .contextWrite(CallSpans.belowTheCurrent())
          .block();
    }

    assertThat(kept.spans)
        .hasSize(2)
        .allSatisfy(
            span -> {
              assertThat(span.getParentSpanId()).isEqualTo(step.getSpanContext().getSpanId());
              assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
              assertThat(span.getName()).isEqualTo("GET /subscriptions/{}/resourceGroups/{}");
              assertThat(text(span, "url.full"))
                  .endsWith("/subscriptions/s/resourceGroups/g")
                  .doesNotContain("hidden");
            });
    SpanData failed = kept.spans.getFirst();
    assertThat(failed.getStatus()).isEqualTo(StatusData.error());
    assertThat(text(failed, "error.type")).isEqualTo("503");
    assertThat(text(failed, "azure.service.request.id")).isEqualTo("id-0");
    assertThat(kept.spans.getLast().getStatus()).isEqualTo(StatusData.unset());
  }

  @Test
  void aCallThatNobodyAnswersSaysWhatWentWrong() {
    int port = server.getAddress().getPort();
    server.stop(0);

    assertThat(get(port, "/container/file").onErrorComplete().blockOptional()).isEmpty();

    assertThat(kept.spans)
        .hasSize(2)
        .allSatisfy(
            span -> {
              assertThat(span.getName()).isEqualTo("GET");
              assertThat(text(span, "error.type")).contains("Exception");
            });
  }

  @Test
  void namesOfThingsAreNoPartOfATemplate() {
    assertThat(
            CallSpans.template(
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.Cdn/profiles/p/purge"))
        .hasValue("/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Cdn/profiles/{}/purge");
    assertThat(CallSpans.template("/subscriptions")).hasValue("/subscriptions");
    assertThat(CallSpans.template("/$web/index.html")).isEmpty();
  }

  private static String text(SpanData span, String key) {
    return String.valueOf(span.getAttributes().get(AttributeKey.stringKey(key)));
  }
}
