package dev.tmuxbuilder.hosting.local;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Leads a request to its site. Belongs to one event loop, and never blocks it. */
final class SiteRouter implements Handler<HttpServerRequest> {
  private static final Logger LOG = Logger.getLogger(SiteRouter.class);

  private final SiteNames names;
  private final LiveSites sites;
  private final StaticResponder files;

  SiteRouter(SiteNames names, LiveSites sites, StaticResponder files) {
    this.names = names;
    this.sites = sites;
    this.files = files;
  }

  @Override
  public void handle(HttpServerRequest request) {
    Optional<String> name = names.inHost(request.headers().get(HttpHeaders.HOST));
    if (name.isEmpty() || sites.unknown(name.get())) {
      ErrorPage.UNKNOWN_SITE.send(request.response());
      return;
    }
    Optional<LiveSite> site = sites.present(name.get());
    if (site.isPresent()) {
      serve(request, site.get().serving());
    } else {
      loadThenServe(request, name.get());
    }
  }

  private void loadThenServe(HttpServerRequest request, String name) {
    Context loop = Vertx.currentContext();
    request.pause();
    sites
        .load(name)
        .whenComplete(
            (site, failure) ->
                loop.runOnContext(
                    ready -> {
                      request.resume();
                      if (request.response().closed()) {
                        return;
                      }
                      if (failure != null) {
                        LOG.warnf(failure, "cannot load site %s", name);
                        ErrorPage.FAULT.send(request.response());
                      } else if (site.isEmpty()) {
                        ErrorPage.UNKNOWN_SITE.send(request.response());
                      } else {
                        serve(request, site.get().serving());
                      }
                    }));
  }

  private void serve(HttpServerRequest request, Serving serving) {
    switch (serving) {
      case Serving.Nothing() -> ErrorPage.NOTHING_YET.send(request.response());
      case Serving.Pages pages -> files.respond(request, pages);
    }
  }
}
