package dev.tmuxbuilder.verification.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import java.time.Duration;
import java.util.function.Supplier;

/** A running browser, as the work of one step sees it. Only for the thread that was given it. */
interface Chromium {
  /** A new, empty profile; it is closed with the step at the latest. */
  BrowserContext context(Browser.NewContextOptions options);

  /** Ends the browser, whatever state it is in, and starts another. Open contexts are gone. */
  void restart();

  /**
   * Makes a call that must end in time. After that the browser is killed, the call fails with
   * {@link BrowserHung}, and {@link #restart} is needed to go on.
   */
  <T> T within(Duration limit, String what, Supplier<T> call);
}
