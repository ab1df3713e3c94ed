package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tmuxbuilder.platform.Bootstrap;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * What a command finds around it: streams, terminal, environment, clock. A test brings its own.
 *
 * @param user the login name
 * @param home the user's home directory
 */
record Surroundings(
    InputStream in,
    Output out,
    Output err,
    Terminal terminal,
    Map<String, String> environment,
    String user,
    Path home,
    Clock clock) {
  private static final String ASKED_FOR_STACK_TRACES = "TMUXBUILDER_DEBUG";

  static Surroundings ofThisProcess() {
    Map<String, String> environment = System.getenv();
    return new Surroundings(
        new FileInputStream(FileDescriptor.in),
        Output.to(new FileOutputStream(FileDescriptor.out)),
        Output.to(new FileOutputStream(FileDescriptor.err)),
        Terminal.ofThisProcess(environment),
        environment,
        System.getProperty("user.name", "user"),
        Bootstrap.home(),
        Clock.systemDefaultZone());
  }

  /** A variable's value; empty where it is unset or blank. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  /** How this program is called, as its caller wrote it. */
  String command() {
    return variable("TMUXBUILDER_COMMAND").orElse("tmux-builder");
  }

  /** Where the service on this machine keeps everything that lasts. */
  Path dataDir() {
    return variable("TMUXBUILDER_DATA_DIR")
        .map(Path::of)
        .orElse(home.resolve(".tmux-builder"))
        .toAbsolutePath();
  }

  /**
   * The same, where it is there.
   *
   * @throws CliFailure where it is not
   */
  Path existingDataDir() {
    if (!Files.isDirectory(dataDir())) {
      throw CliFailure.failed(
          "no_data_dir",
          "there is no data directory " + dataDir(),
          "TMUXBUILDER_DATA_DIR names the one of a service.");
    }
    return dataDir();
  }

  /** Where the command line remembers tokens. */
  Path configDir() {
    return variable("XDG_CONFIG_HOME")
        .map(Path::of)
        .orElse(home.resolve(".config"))
        .resolve("tmux-builder")
        .toAbsolutePath();
  }

  /** The port on which a service on this machine listens. */
  int port() {
    return number("QUARKUS_HTTP_PORT", 8080);
  }

  /** The port on which a service on this machine serves sites. */
  int sitesPort() {
    return number("TMUXBUILDER_SITES_PORT", 8081);
  }

  private int number(String name, int otherwise) {
    return variable(name)
        .map(
            text -> {
              try {
                return Integer.parseInt(text.strip());
              } catch (NumberFormatException notANumber) {
                throw CliFailure.badUsage(
                    "bad_setting", name + " is not a number: " + text, "Set it to a port.");
              }
            })
        .orElse(otherwise);
  }

  /** Says a failure on standard error; returns the exit code. */
  int explain(Exception failure) {
    return switch (failure) {
      case CliFailure known -> explain(known);
      case InterruptedException interrupted -> {
        Thread.currentThread().interrupt();
        yield CliFailure.FAILED;
      }
      default -> unexpected(failure);
    };
  }

  private int explain(CliFailure failure) {
    err.line(terminal.style().bad("error: ") + Text.clean(failure.text()));
    failure.details().forEach(detail -> err.line("  " + Text.clean(detail)));
    failure.hint().ifPresent(hint -> err.line(terminal.style().dim("hint: ") + Text.clean(hint)));
    return failure.exitCode();
  }

  private int unexpected(Exception failure) {
    err.line(terminal.style().bad("error: ") + Text.clean(failure.toString()));
    if (variable(ASKED_FOR_STACK_TRACES).isPresent()) {
      failure.printStackTrace(err.writer());
      err.writer().flush();
    } else {
      err.line(terminal.style().dim("hint: ") + "set TMUXBUILDER_DEBUG=1 to see where it happened");
    }
    return CliFailure.FAILED;
  }

  /** A failure as a JSON document, for {@code --json}. */
  static ObjectNode document(CliFailure failure) {
    ObjectNode document = Json.object().put("event", "error").put("code", failure.code());
    document.put("message", failure.text());
    failure.details().forEach(document.putArray("details")::add);
    failure.hint().ifPresent(hint -> document.put("hint", hint));
    return document;
  }
}
