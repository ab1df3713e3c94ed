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

  /** Under which Quarkus's metrics of a request find the form of its path, where it has one. */
  private static final String TEMPLATE = "UrlPathTemplate";

  /** All paths of all sites: else each would have a metric of its own, as many as visitors like. */
  private static final String ANY_PATH = "/{site}";

  private final SiteNames names;
  private final LiveSites sites;
  private final StaticResponder files;
  private final SiteProxy programs;

  SiteRouter(SiteNames names, LiveSites sites, StaticResponder files, SiteProxy programs) {
    this.names = names;
    this.sites = sites;
    this.files = files;
    this.programs = programs;
  }

  @Override
  public void handle(HttpServerRequest request) {
    measureAsOne();
    Optional<String> name = names.inHost(request.headers().get(HttpHeaders.HOST));
    if (name.isEmpty() || sites.unknown(name.get())) {
      ErrorPage.UNKNOWN_SITE.send(request.response());
      return;
    }
    Optional<LiveSite> site = sites.present(name.get());
    if (site.isPresent() && site.get().seenLately()) {
      serve(request, site.get());
    } else if (site.isPresent()) {
      lookThenServe(request, site.get());
    } else {
      loadThenServe(request, name.get());
    }
  }

  private static void measureAsOne() {
    Context context = Vertx.currentContext();
    if (context != null) {
      context.putLocal(TEMPLATE, ANY_PATH);
    }
  }

  private void lookThenServe(HttpServerRequest request, LiveSite site) {
    Context loop = Vertx.currentContext();
    request.pause();
    site.look()
        .whenComplete(
            (seen, failure) ->
                loop.runOnContext(
                    ready -> {
                      if (!request.response().closed()) {
                        serve(request, site);
                      }
                    }));
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
                      if (request.response().closed()) {
                        return;
                      }
                      if (failure != null) {
                        LOG.warnf(failure, "cannot load site %s", name);
                        refuse(request, ErrorPage.FAULT);
                      } else if (site.isEmpty()) {
                        refuse(request, ErrorPage.UNKNOWN_SITE);
                      } else {
                        serve(request, site.get());
                      }
                    }));
  }

  /** The request may be paused: it is resumed here, or by whoever reads its body. */
  private void serve(HttpServerRequest request, LiveSite site) {
    switch (site.serving()) {
      case Serving.Nothing() -> refuse(request, ErrorPage.NOTHING_YET);
      case Serving.Pages pages -> {
        request.resume();
        files.respond(request, pages);
      }
      case Serving.Running(Program program) -> {
        if (!programs.pass(request, program)) {
          serveOther(request, site, program);
        }
      }
    }
  }

  /** Between a look at what is served and its use, another release has gone live. */
  private void serveOther(HttpServerRequest request, LiveSite site, Program retired) {
    if (site.serving() instanceof Serving.Running(Program still) && still == retired) {
      SiteProxy.starting(request, retired); // the service is about to end
    } else {
      serve(request, site);
    }
  }

  private static void refuse(HttpServerRequest request, ErrorPage page) {
    request.resume();
    page.send(request.response());
  }
}
