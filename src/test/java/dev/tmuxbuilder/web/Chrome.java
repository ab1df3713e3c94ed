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
final class Chrome implements AutoCloseable {
  private static final Path MODULES = Path.of(System.getProperty("tmuxbuilder.test.node-modules"));

  private final Playwright playwright;
  final Browser browser;

  Chrome() throws IOException {
    Path driver = Files.createTempDirectory("tmux-builder-chrome");
    Files.createSymbolicLink(driver.resolve("package"), MODULES.resolve("playwright-core"));
    Files.createSymbolicLink(driver.resolve("node"), program("node"));
    System.setProperty("playwright.cli.dir", driver.toString());
    playwright = Playwright.create();
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(program("chromium"))
                    .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-quic")));
  }

  static String axe() throws IOException {
    return Files.readString(MODULES.resolve("axe-core/axe.min.js"));
  }

  private static Path program(String name) {
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
