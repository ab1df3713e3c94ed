package dev.tmuxbuilder.service;

import dev.tmuxbuilder.platform.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** The program as somebody calls it in a shell. */
final class CommandLineClient {
  private CommandLineClient() {}

  static Processes.Result run(Map<String, String> environment, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tmuxbuilder.cli.Main"));
    command.addAll(arguments);
    try {
      return Processes.runBlocking(
          new Processes.Command(
              command, Path.of("").toAbsolutePath(), environment, Duration.ofSeconds(30), 1 << 20));
    } catch (TimeoutException late) {
      throw new IllegalStateException(late);
    }
  }
}
