package dev.tmuxbuilder.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * Git that runs no program but itself, whatever lies in a repository or on the machine: no hooks,
 * no file-system monitor, no configuration but ours, and repositories from files and https only.
 */
public final class TameGit {
  /** Bytes of what it says that are kept. */
  public static final int KEPT_OUTPUT = 4 << 20;

  private static final List<String> TAME =
      List.of(
          "git",
          "-c",
          "core.hooksPath=/dev/null",
          "-c",
          "core.fsmonitor=false",
          "-c",
          "core.autocrlf=false",
          "-c",
          "core.symlinks=false",
          "-c",
          "commit.gpgSign=false",
          "-c",
          "gc.auto=0",
          "-c",
          "init.defaultBranch=main",
          "-c",
          "safe.directory=*");

  private TameGit() {}

  /** Runs it in a directory. Blocks. */
  public static Processes.Result call(Path directory, Duration deadline, String... arguments)
      throws IOException, InterruptedException, TimeoutException {
    return call(directory, Map.of(), deadline, arguments);
  }

  /**
   * Runs it in a directory. Blocks.
   *
   * @param more of the environment
   */
  public static Processes.Result call(
      Path directory, Map<String, String> more, Duration deadline, String... arguments)
      throws IOException, InterruptedException, TimeoutException {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("GIT_ALLOW_PROTOCOL", "file:https");
    environment.put("GIT_CEILING_DIRECTORIES", directory.resolveSibling("").toString());
    List<String> command = new ArrayList<>(TAME);
    command.addAll(Arrays.asList(arguments));
    return Processes.runBlocking(
        new Processes.Command(command, directory, environment, deadline, KEPT_OUTPUT));
  }
}
