package dev.tmuxbuilder.hosting.local;

import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.jboss.logging.Logger;

/**
 * Answers requests from the index of a release (RFC 9110). Belongs to one event loop, and never
 * blocks it: small files come from memory or are read elsewhere first, large ones go from the disk
 * to the network through the kernel.
 */
final class StaticResponder {
  private static final Logger LOG = Logger.getLogger(StaticResponder.class);

  private final ContentCache contents;
  private final SecondClock clock;

  StaticResponder(ContentCache contents, SecondClock clock) {
    this.contents = contents;
    this.clock = clock;
  }

  void respond(HttpServerRequest request, Serving.Pages pages) {
    HttpServerResponse response = request.response();
    response.headers().add(Headers.X_RELEASE, pages.release().header());
    if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
      response.putHeader(HttpHeaders.ALLOW, Headers.GET_HEAD);
      ErrorPage.METHOD_NOT_ALLOWED.send(response);
      return;
    }
    var path = RequestPath.parse(request.uri());
    if (path.isEmpty()) {
      ErrorPage.BAD_REQUEST.send(response);
      return;
    }
    var target = pages.release().find(path.get().path());
    if (target.isEmpty()) {
      notFound(request, pages);
      return;
    }
    switch (target.get()) {
      case Asset asset -> asset(request, pages, asset);
      case Target.Moved moved -> moved(response, moved.location() + path.get().query());
    }
  }

  private void moved(HttpServerResponse response, String location) {
    response
        .setStatusCode(308)
        .putHeader(HttpHeaders.LOCATION, location)
        .putHeader(HttpHeaders.CACHE_CONTROL, Headers.NO_CACHE)
        .putHeader(HttpHeaders.CONTENT_LENGTH, "0")
        .end();
  }

  private void notFound(HttpServerRequest request, Serving.Pages pages) {
    var page = pages.release().notFound();
    if (page.isEmpty()) {
      ErrorPage.NOT_FOUND.send(request.response());
      return;
    }
    Representation form =
        AcceptEncoding.choose(page.get(), request.headers().get(HttpHeaders.ACCEPT_ENCODING));
    request.response().setStatusCode(404);
    describe(request.response().headers(), page.get(), form);
    send(request, form, 0, form.length());
  }

  private void asset(HttpServerRequest request, Serving.Pages pages, Asset asset) {
    MultiMap asked = request.headers();
    HttpServerResponse response = request.response();
    MultiMap headers = response.headers();
    Representation form = AcceptEncoding.choose(asset, asked.get(HttpHeaders.ACCEPT_ENCODING));
    headers
        .add(HttpHeaders.ETAG, form.etagValue())
        .add(HttpHeaders.LAST_MODIFIED, pages.since().value());
    if (Preconditions.notModified(asked, form, pages.since())) {
      response.setStatusCode(304);
      cacheable(headers, asset);
      response.end();
      return;
    }
    headers.add(HttpHeaders.ACCEPT_RANGES, Headers.BYTES);
    String range = asked.get(Headers.RANGE);
    if (range == null
        || request.method() != HttpMethod.GET
        || !Preconditions.rangeCounts(
            asked.get(Headers.IF_RANGE), form, pages.since(), clock.now().epochSecond())) {
      describe(headers, asset, form);
      send(request, form, 0, form.length());
      return;
    }
    switch (ByteRange.parse(range, form.length())) {
      case ByteRange.Whole() -> {
        describe(headers, asset, form);
        send(request, form, 0, form.length());
      }
      case ByteRange.Part(long first, long last) -> {
        response.setStatusCode(206);
        headers.add(HttpHeaders.CONTENT_RANGE, "bytes " + first + "-" + last + "/" + form.length());
        describe(headers, asset, form);
        send(request, form, first, last - first + 1);
      }
      case ByteRange.Unsatisfiable() -> {
        headers.remove(HttpHeaders.ETAG).remove(HttpHeaders.LAST_MODIFIED);
        headers.add(HttpHeaders.CONTENT_RANGE, "bytes */" + form.length());
        ErrorPage.RANGE_NOT_SATISFIABLE.send(response);
      }
    }
  }

  private void describe(MultiMap headers, Asset asset, Representation form) {
    headers
        .add(HttpHeaders.CONTENT_TYPE, asset.contentType())
        .add(Headers.CONTENT_TYPE_OPTIONS, Headers.NOSNIFF);
    switch (form.coding()) {
      case IDENTITY -> {}
      case GZIP -> headers.add(HttpHeaders.CONTENT_ENCODING, Headers.GZIP);
      case BROTLI -> headers.add(HttpHeaders.CONTENT_ENCODING, Headers.BROTLI);
    }
    cacheable(headers, asset);
  }

  private void cacheable(MultiMap headers, Asset asset) {
    headers
        .add(HttpHeaders.CACHE_CONTROL, asset.cacheControl())
        .add(HttpHeaders.DATE, clock.now().value());
    if (asset.varies()) {
      headers.add(HttpHeaders.VARY, Headers.ACCEPT_ENCODING);
    }
  }

  private void send(HttpServerRequest request, Representation form, long first, long length) {
    HttpServerResponse response = request.response();
    response.headers().add(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
    if (request.method() == HttpMethod.HEAD) {
      response.end();
    } else if (!ContentCache.fits(form)) {
      response
          .sendFile(form.file().toString(), first, length)
          .onFailure(failure -> broken(request, form, failure));
    } else {
      Buffer content = contents.present(form);
      if (content != null) {
        response.end(part(content, first, length));
      } else {
        readThenSend(request, form, first, length);
      }
    }
  }

  private void readThenSend(
      HttpServerRequest request, Representation form, long first, long length) {
    Context loop = Vertx.currentContext();
    contents
        .get(form)
        .whenComplete(
            (content, failure) ->
                loop.runOnContext(
                    ready -> {
                      HttpServerResponse response = request.response();
                      if (response.closed()) {
                        return;
                      }
                      if (failure == null) {
                        response.end(part(content, first, length));
                      } else {
                        broken(request, form, failure);
                      }
                    }));
  }

  private static Buffer part(Buffer content, long first, long length) {
    return length == content.length()
        ? content
        : content.slice(Math.toIntExact(first), Math.toIntExact(first + length));
  }

  /** The disk failed under us, or the site was destroyed, or the visitor went away. */
  private static void broken(HttpServerRequest request, Representation form, Throwable failure) {
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended() || response.headWritten()) {
      request.connection().close();
      return;
    }
    LOG.warnf(failure, "cannot read %s", form.file());
    response.headers().clear();
    ErrorPage.FAULT.send(response);
  }
}
