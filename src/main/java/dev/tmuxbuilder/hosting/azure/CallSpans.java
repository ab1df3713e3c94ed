package dev.tmuxbuilder.hosting.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpPipelinePosition;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelinePolicy;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.net.URL;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * A span for each request that goes to Azure, each try its own, as OpenTelemetry's conventions for
 * HTTP clients say. Its parent comes with Reactor's context, since pages and retries begin on other
 * threads than the call. Has no state, for any thread.
 */
final class CallSpans implements HttpPipelinePolicy {
  private static final String NAME = "dev.tmuxbuilder.hosting.azure";
  private static final HttpHeaderName REQUEST_ID = HttpHeaderName.fromString("x-ms-request-id");

  private final Tracer tracer;

  CallSpans(OpenTelemetry telemetry) {
    this.tracer = telemetry.getTracer(NAME);
  }

  /** Makes what is current now the parent of all requests of a call. */
  static Function<reactor.util.context.Context, reactor.util.context.Context> belowTheCurrent() {
    Context parent = Context.current();
    return context -> context.put(CallSpans.class, parent);
  }

  @Override
  public HttpPipelinePosition getPipelinePosition() {
    return HttpPipelinePosition.PER_RETRY;
  }

  @Override
  public Mono<HttpResponse> process(HttpPipelineCallContext call, HttpPipelineNextPolicy next) {
    return Mono.deferContextual(
        context -> {
          Context parent = context.<Context>getOrEmpty(CallSpans.class).orElseGet(Context::current);
          Span span = begin(call.getHttpRequest(), parent);
          return next.process()
              .doOnSuccess(answer -> answered(span, answer))
              .doOnError(failure -> failed(span, failure))
              .doOnCancel(span::end);
        });
  }

  private Span begin(HttpRequest request, Context parent) {
    URL url = request.getUrl();
    String method = request.getHttpMethod().toString();
    Optional<String> template = template(url.getPath());
    Span span =
        tracer
            .spanBuilder(template.map(path -> method + " " + path).orElse(method))
            .setParent(parent)
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute("http.request.method", method)
            .setAttribute("server.address", url.getHost())
            .setAttribute("server.port", port(url))
            .setAttribute("url.full", withoutQuery(url))
            .startSpan();
    template.ifPresent(path -> span.setAttribute("url.template", path));
    return span;
  }

  private static long port(URL url) {
    return url.getPort() < 0 ? url.getDefaultPort() : url.getPort();
  }

  /** A query may hold a signature. */
  private static String withoutQuery(URL url) {
    return url.getProtocol() + "://" + url.getAuthority() + url.getPath();
  }

  /**
   * A resource's path without names: those of Resource Manager are kinds and names by turns, but
   * for the provider's own. Empty for other paths.
   */
  static Optional<String> template(String path) {
    if (!path.startsWith("/subscriptions")) {
      return Optional.empty();
    }
    String[] parts = path.substring(1).split("/", -1);
    for (int i = 1; i < parts.length; i += 2) {
      if (!parts[i - 1].equals("providers")) {
        parts[i] = "{}";
      }
    }
    return Optional.of("/" + String.join("/", parts));
  }

  private static void answered(Span span, HttpResponse answer) {
    int status = answer.getStatusCode();
    span.setAttribute("http.response.status_code", (long) status);
    String id = answer.getHeaderValue(REQUEST_ID);
    if (id != null) {
      span.setAttribute("azure.service.request.id", id);
    }
    if (status >= 400) {
      span.setAttribute("error.type", Integer.toString(status));
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }

  private static void failed(Span span, Throwable failure) {
    span.setAttribute("error.type", failure.getClass().getName());
    span.setStatus(StatusCode.ERROR);
    span.end();
  }
}
