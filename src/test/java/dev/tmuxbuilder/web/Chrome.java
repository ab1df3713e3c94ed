package dev.tmuxbuilder.web;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The Chromium of this machine, as a person's browser. */
public final class Chrome implements AutoCloseable {
  private static final Path MODULES = Path.of(System.getProperty("tmuxbuilder.test.node-modules"));
  static final List<String> ARGUMENTS = List.of("--no-sandbox", "--disable-gpu", "--disable-quic");

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

  static Playwright playwright() throws IOException {
    Path driver = Files.createTempDirectory("tmux-builder-chrome");
    Files.createSymbolicLink(driver.resolve("package"), MODULES.resolve("playwright-core"));
    Files.createSymbolicLink(driver.resolve("node"), program("node"));
    System.setProperty("playwright.cli.dir", driver.toString());
    return Playwright.create();
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
