package dev.tmuxbuilder.hosting.local;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** The small pages that the listener itself shows, where a site has none of its own. */
enum ErrorPage {
  BAD_REQUEST(400, "That address is not well formed", "Please check the link that led you here."),
  UNKNOWN_SITE(
      404, "There is no site here", "The address may be misspelt, or the site was removed."),
  NOTHING_YET(404, "This site is not ready yet", "Its first version is on the way."),
  NOT_FOUND(404, "This page does not exist", "The site’s home page may lead you on."),
  METHOD_NOT_ALLOWED(405, "That does not work here", "This address can be read, and nothing else."),
  TOO_LARGE(413, "That was too much", "What was sent is larger than this site accepts."),
  RANGE_NOT_SATISFIABLE(416, "There is no such part", "The file is shorter than that."),
  FAULT(500, "Something went wrong", "It is not your fault. Please try again in a moment."),
  BAD_GATEWAY(502, "This site gave no proper answer", "Please try again in a moment."),
  STARTING(503, "This site is starting again", "Please try again in a moment."),
  TOO_SLOW(504, "This site took too long", "Please try again in a moment.");

  private static final CharSequence HTML = HttpHeaders.createOptimized("text/html; charset=utf-8");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

  private final int status;
  private final Buffer page;

  ErrorPage(int status, String title, String text) {
    this.status = status;
    this.page =
        Buffer.buffer(
            """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>%s</title>
            <style>
            :root{color-scheme:light dark}
            body{font:1.1rem/1.6 system-ui,sans-serif;margin:18vh auto 0;max-width:34rem;padding:0 1.5rem}
            h1{font-size:1.7rem;line-height:1.25;margin:0 0 .5rem}
            p{margin:0;opacity:.75}
            </style>
            <h1>%s</h1>
            <p>%s</p>
            </html>
            """
                .formatted(title, title, text));
  }

  int status() {
    return status;
  }

  /** Ends the answer with this page; headers that were set before are kept. */
  void send(HttpServerResponse response) {
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, HTML)
        .putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE)
        .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(page.length()))
        .putHeader(Headers.CONTENT_TYPE_OPTIONS, Headers.NOSNIFF);
    response.end(page);
  }
}
