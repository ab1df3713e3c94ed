package dev.tmuxbuilder.verification.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Hears what a page says and does while it is open, and lets nothing open beside it. Lives on the
 * browser's thread.
 */
final class Observer {
  /** The browser says this about each request that failed, which is a check of its own. */
  private static final String FAILED_RESOURCE = "Failed to load resource";

  private static final int MOST = 50;
  private static final int MOST_DIALOGS = 10;

  private final Origin origin;
  private final Set<String> consoleErrors = new LinkedHashSet<>();
  private final Map<String, String> failedRequests = new LinkedHashMap<>();
  private final Set<String> opened = new LinkedHashSet<>();
  private int dialogs;

  Observer(Origin origin) {
    this.origin = origin;
  }

  void listen(BrowserContext context, Page own) {
    context.onConsoleMessage(this::console);
    context.onWebError(error -> note(consoleErrors, "uncaught: " + firstLine(error.error())));
    context.onDialog(this::dialog);
    context.onRequestFailed(this::failed);
    context.onResponse(this::response);
    context.onPage(other -> close(other, own));
    own.onDownload(
        download -> {
          note(opened, "a download of " + Words.shorten(download.url()));
          download.cancel();
        });
  }

  void forget() {
    dialogs = 0;
    consoleErrors.clear();
    failedRequests.clear();
    opened.clear();
  }

  List<String> consoleErrors() {
    return List.copyOf(consoleErrors);
  }

  /** What went wrong, by URL. */
  Map<String, String> failedRequests() {
    return new LinkedHashMap<>(failedRequests);
  }

  List<String> opened() {
    return List.copyOf(opened);
  }

  private void console(ConsoleMessage message) {
    if (message.type().equals("error") && !message.text().startsWith(FAILED_RESOURCE)) {
      note(consoleErrors, message.text());
    }
  }

  private void dialog(Dialog dialog) {
    note(opened, dialog.type() + " \"" + Words.shorten(dialog.message()) + "\"");
    if (++dialogs > MOST_DIALOGS) {
      return; // the page waits for an answer until it is closed
    }
    try {
      dialog.dismiss();
    } catch (PlaywrightException gone) {
      note(opened, dialog.type() + " that closed by itself");
    }
  }

  private void failed(Request request) {
    String reason = request.failure();
    if (origin.owns(request.url()) && !"net::ERR_ABORTED".equals(reason)) {
      request(request, reason == null ? "no answer" : reason);
    }
  }

  private void response(Response response) {
    if (response.status() >= 400 && !isDocument(response.request())) {
      request(response.request(), "status " + response.status());
    }
  }

  private void request(Request request, String what) {
    if (failedRequests.size() < MOST) {
      failedRequests.putIfAbsent(request.url(), what);
    }
  }

  private static boolean isDocument(Request request) {
    return request.isNavigationRequest() && request.frame().parentFrame() == null;
  }

  private void close(Page other, Page own) {
    if (!other.equals(own)) {
      note(opened, "a window");
      other.close();
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static void note(Set<String> notes, String text) {
    if (notes.size() < MOST) {
      notes.add(Words.shorten(text));
    }
  }
}
