package dev.tmuxbuilder.web;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.impl.driver.Driver;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The Chromium of this machine, as a person's browser. */
public final class Chrome implements AutoCloseable {
  private static final Path MODULES = Path.of(System.getProperty("tmuxbuilder.test.node-modules"));
  private static final String PLACE = "playwright.cli.dir";
  static final List<String> ARGUMENTS = List.of("--no-sandbox", "--disable-gpu", "--disable-quic");

  static {
    // What is asserted is what comes, not how soon: this machine may have other things to do.
    PlaywrightAssertions.setDefaultAssertionTimeout(30_000);
  }

  private final Playwright playwright;
  final Browser browser;

  public Chrome() throws IOException {
    playwright = playwright();
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(program("chromium"))
                    .setArgs(ARGUMENTS));
  }

  /**
   * Playwright remembers in a static field from where it starts its drivers. The product's browser,
   * which other tests of this process use, has a place of its own: it must not find ours, nor we
   * its.
   */
  static synchronized Playwright playwright() throws IOException {
    Path driver = Files.createTempDirectory("tmux-builder-chrome");
    Files.createSymbolicLink(driver.resolve("package"), MODULES.resolve("playwright-core"));
    Files.createSymbolicLink(driver.resolve("node"), program("node"));
    String before = System.setProperty(PLACE, driver.toString());
    try {
      forgetPlace();
      return Playwright.create();
    } finally {
      forgetPlace();
      if (before == null) {
        System.clearProperty(PLACE);
      } else {
        System.setProperty(PLACE, before);
      }
    }
  }

  private static void forgetPlace() {
    try {
      Field known = Driver.class.getDeclaredField("instance");
      known.setAccessible(true);
      known.set(null, null);
    } catch (ReflectiveOperationException changed) {
      throw new IllegalStateException("Playwright remembers it in another way now", changed);
    }
  }

  static String axe() throws IOException {
    return Files.readString(MODULES.resolve("axe-core/axe.min.js"));
  }

  static Path program(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
