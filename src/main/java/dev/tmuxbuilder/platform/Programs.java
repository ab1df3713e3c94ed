package dev.tmuxbuilder.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Programs of this machine. Every method may block, for ten seconds at most. */
public final class Programs {
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final Pattern FIRST_NUMBER = Pattern.compile("(\\d+)");

  private Programs() {}

  /** A program by its name in PATH, or by its path; empty where nothing can be run there. */
  public static Optional<Path> find(String nameOrPath) {
    Path path = Path.of(nameOrPath);
    Stream<Path> candidates =
        nameOrPath.contains("/")
            ? Stream.of(path)
            : Arrays.stream(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":", -1))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory).resolve(path));
    return candidates.filter(Files::isRegularFile).filter(Files::isExecutable).findFirst();
  }

  /** The first line of what a program says; empty where it cannot be run or fails. */
  public static Optional<String> firstLine(String... command) {
    return output(command).flatMap(text -> text.lines().findFirst()).map(String::strip);
  }

  /** All that a program says; empty where it cannot be run, fails or takes too long. */
  public static Optional<String> output(String... command) {
    try {
      Processes.Result result =
          Processes.runBlocking(Processes.Command.of(Path.of("/"), DEADLINE, command));
      return result.ok() ? Optional.of(result.stdout()) : Optional.empty();
    } catch (IOException | TimeoutException cannotRun) {
      return Optional.empty();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** The first number in a version's text: 20 for {@code v20.19.2}; 0 where there is none. */
  public static int major(String version) {
    Matcher number = FIRST_NUMBER.matcher(version);
    return number.find() && number.group().length() < 9 ? Integer.parseInt(number.group()) : 0;
  }
}
