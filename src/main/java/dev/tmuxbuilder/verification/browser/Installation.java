package dev.tmuxbuilder.verification.browser;

import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.platform.Settings;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The programs and modules on this machine that make a browser. */
record Installation(Path chromium, Path node, Path playwrightCore, Path axe) {
  private static final List<String> CHROMIUMS =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final String NODE_MODULES_HINT =
      "Run `npm ci` in src/main/node, or set TMUXBUILDER_BROWSER_NODE_MODULES.";

  /** What was looked for and not found, and how to get it. */
  record Missing(String message, String hint) {
    StepFailure asFailure() {
      return StepFailure.permanent("browser", "browser_missing", message, hint);
    }

    @Override
    public String toString() {
      return message + " " + hint;
    }
  }

  /** Looks at the disk only: starts nothing, and is cheap enough for a readiness check. */
  static Optional<Missing> missing(Settings.Browser settings) {
    if (chromium(settings).isEmpty()) {
      return Optional.of(
          new Missing(
              settings
                  .executable()
                  .map(path -> "There is no program at " + path + ".")
                  .orElse("Chromium is not on this machine."),
              "Run `apt-get install chromium`, or set TMUXBUILDER_BROWSER_EXECUTABLE."));
    }
    if (program(settings.node()).isEmpty()) {
      return Optional.of(
          new Missing(
              "Node.js (" + settings.node() + ") is not on this machine.",
              "Run `apt-get install nodejs` (20 or newer), or set TMUXBUILDER_BROWSER_NODE."));
    }
    for (String file : List.of("playwright-core/cli.js", "axe-core/axe.min.js")) {
      if (!Files.isRegularFile(settings.nodeModules().resolve(file))) {
        return Optional.of(
            new Missing(
                file + " is not in " + settings.nodeModules().toAbsolutePath() + ".",
                NODE_MODULES_HINT));
      }
    }
    return Optional.empty();
  }

  /**
   * @throws StepFailure {@code browser_missing}, permanent, where something is not there
   */
  static Installation find(Settings.Browser settings) {
    missing(settings)
        .ifPresent(
            missing -> {
              throw missing.asFailure();
            });
    Path modules = settings.nodeModules().toAbsolutePath();
    return new Installation(
        chromium(settings).orElseThrow(),
        program(settings.node()).orElseThrow(),
        modules.resolve("playwright-core"),
        modules.resolve("axe-core").resolve("axe.min.js"));
  }

  String axeSource() {
    try {
      return Files.readString(axe);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static Optional<Path> chromium(Settings.Browser settings) {
    if (settings.executable().isPresent()) {
      return settings.executable().filter(Files::isExecutable);
    }
    return CHROMIUMS.stream().map(Installation::program).flatMap(Optional::stream).findFirst();
  }

  private static Optional<Path> program(String name) {
    if (name.indexOf(File.separatorChar) >= 0) {
      return Optional.of(Path.of(name).toAbsolutePath()).filter(Files::isExecutable);
    }
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin");
    return List.of(path.split(File.pathSeparator)).stream()
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, name).toAbsolutePath())
        .filter(Files::isExecutable)
        .filter(Files::isRegularFile)
        .findFirst();
  }
}
