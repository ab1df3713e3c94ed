package dev.tmuxbuilder.verification.browser;

import com.microsoft.playwright.PlaywrightException;
import java.time.Duration;

/** The browser did not answer within its time and was killed. */
final class BrowserHung extends PlaywrightException {
  private static final long serialVersionUID = 1L;

  BrowserHung(String what, Duration limit, Throwable cause) {
    super(what + " took longer than " + limit.toMillis() + " ms", cause);
  }
}
