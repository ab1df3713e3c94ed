package dev.tmuxbuilder.hosting.azure;

import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelinePolicy;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.net.URL;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * A span for each request that goes to Azure, tries that are repeated among them, below the span of
 * whoever makes the call. Names follow OpenTelemetry's conventions for clients of HTTP; what comes
 * after a URL's question mark is not told, as it may be a signature.
 */
final class CallSpans implements HttpPipelinePolicy {
  private static final String CALLER = CallSpans.class.getName();
  private static final int FIRST_FAILURE = 400;

  /** A type of resources: {@code Microsoft.Cdn/profiles}. What the resources are called varies. */
  private static final Pattern TYPE = Pattern.compile("/providers/(([^/]+)/[^/]+)");

  private final Tracer tracer = GlobalOpenTelemetry.get().getTracer("tmuxbuilder.azure");

  /** Remembers for whom the call is: its requests go out on other threads. */
  static <T> Mono<T> caller(Mono<T> call) {
    Context caller = Context.current();
    return call.contextWrite(known -> known.put(CALLER, caller));
  }

  @Override
  public Mono<HttpResponse> process(HttpPipelineCallContext call, HttpPipelineNextPolicy next) {
    return Mono.deferContextual(
        known -> {
          Span span = begin(call.getHttpRequest(), known.getOrDefault(CALLER, Context.root()));
          return next.process()
              .doOnNext(answer -> answered(span, answer.getStatusCode()))
              .doOnError(failure -> failed(span, failure.getClass().getName()))
              .doFinally(end -> end(span, end));
        });
  }

  private Span begin(HttpRequest request, Context caller) {
    URL url = request.getUrl();
    String method = request.getHttpMethod().toString();
    Matcher type = TYPE.matcher(url.getPath());
    boolean typed = type.find();
    Span span =
        tracer
            .spanBuilder(typed ? method + " " + type.group(1) : method)
            .setParent(caller)
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute("http.request.method", method)
            .setAttribute("server.address", url.getHost())
            .setAttribute("server.port", url.getPort() < 0 ? url.getDefaultPort() : url.getPort())
            .setAttribute("url.full", url.toString().replaceFirst("\\?.*", ""))
            .startSpan();
    return typed ? span.setAttribute("az.namespace", type.group(2)) : span;
  }

  private static void answered(Span span, int status) {
    span.setAttribute("http.response.status_code", status);
    if (status >= FIRST_FAILURE) {
      failed(span, Integer.toString(status));
    }
  }

  private static void failed(Span span, String why) {
    span.setAttribute("error.type", why).setStatus(StatusCode.ERROR);
  }

  private static void end(Span span, SignalType how) {
    if (how == SignalType.CANCEL) {
      failed(span, "cancelled");
    }
    span.end();
  }
}
