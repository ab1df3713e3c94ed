package dev.tmuxbuilder.workspace.disk;

import dev.tmuxbuilder.platform.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * A session's repository. Nothing that lies in the repository or on the machine may make git run a
 * program: no hooks, no file-system monitor, no configuration but our own. Blocks.
 */
final class Git {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final int KEPT_OUTPUT = 64 * 1024;
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
          "commit.gpgSign=false",
          "-c",
          "gc.auto=0",
          "-c",
          "init.defaultBranch=main",
          "-c",
          "safe.directory=*",
          "-c",
          "user.name=tmux-builder",
          "-c",
          "user.email=tmux-builder@localhost");

  private final Path source;

  Git(Path source) {
    this.source = source;
  }

  void init() throws IOException, InterruptedException, TimeoutException {
    if (!Files.isDirectory(source.resolve(".git"))) {
      run("init", "--quiet");
    }
    // A server that was killed in the middle of a commit leaves its lock behind.
    Files.deleteIfExists(source.resolve(".git/index.lock"));
  }

  /** Commits what differs from the last commit, and gives the newest commit's hash. */
  String commit(String message) throws IOException, InterruptedException, TimeoutException {
    init();
    run("add", "--all");
    boolean first = !call("rev-parse", "--verify", "--quiet", "HEAD").ok();
    if (first || !call("diff", "--cached", "--quiet").ok()) {
      run("commit", "--quiet", "--allow-empty", "--no-verify", "-m", message);
    }
    return run("rev-parse", "HEAD").strip();
  }

  private String run(String... arguments)
      throws IOException, InterruptedException, TimeoutException {
    Processes.Result result = call(arguments);
    if (!result.ok()) {
      throw new IOException("git " + arguments[0] + ": " + result.stderr().strip());
    }
    return result.stdout();
  }

  private Processes.Result call(String... arguments)
      throws IOException, InterruptedException, TimeoutException {
    List<String> command = new ArrayList<>(TAME);
    command.addAll(Arrays.asList(arguments));
    return Processes.runBlocking(
        new Processes.Command(
            command,
            source,
            Map.of(
                "GIT_CONFIG_NOSYSTEM", "1",
                "GIT_CONFIG_GLOBAL", "/dev/null",
                "GIT_TERMINAL_PROMPT", "0",
                "GIT_CEILING_DIRECTORIES", source.resolveSibling("").toString()),
            DEADLINE,
            KEPT_OUTPUT));
  }
}
