package dev.tmuxbuilder.workspace.disk;

import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    if (!Files.isDirectory(repository())) {
      make();
    }
    // A server that was killed in the middle of a commit leaves its locks behind.
    for (String lock : List.of("index.lock", "HEAD.lock", "refs/heads/main.lock")) {
      Files.deleteIfExists(repository().resolve(lock));
    }
  }

  private Path repository() {
    return source.resolve(".git");
  }

  /** Beside the source, so that it is there wholly or not at all, whenever the server is killed. */
  private void make() throws IOException, InterruptedException, TimeoutException {
    Path beside = source.resolveSibling(".repository");
    DataDirectory.delete(beside);
    Files.createDirectory(beside);
    check("init", call(beside, "init", "--quiet"));
    Files.move(beside.resolve(".git"), repository(), StandardCopyOption.ATOMIC_MOVE);
    Files.delete(beside);
  }

  boolean hasCommits() throws IOException, InterruptedException, TimeoutException {
    return call("rev-parse", "--verify", "--quiet", "HEAD").ok();
  }

  /** Commits what differs from the last commit, and gives the newest commit's hash. */
  String commit(String message) throws IOException, InterruptedException, TimeoutException {
    return commit(message, Optional.empty());
  }

  /** Like {@link #commit(String)} in the name of whoever has that email address. */
  String commit(String message, String author)
      throws IOException, InterruptedException, TimeoutException {
    return commit(message, Optional.of("--author=" + author + " <" + author + ">"));
  }

  private String commit(String message, Optional<String> author)
      throws IOException, InterruptedException, TimeoutException {
    init();
    run("add", "--all");
    if (!hasCommits() || !call("diff", "--cached", "--quiet").ok()) {
      List<String> arguments =
          new ArrayList<>(
              List.of("commit", "--quiet", "--allow-empty", "--no-verify", "-m", message));
      author.ifPresent(arguments::add);
      run(arguments.toArray(String[]::new));
    }
    return run("rev-parse", "HEAD").strip();
  }

  private String run(String... arguments)
      throws IOException, InterruptedException, TimeoutException {
    return check(arguments[0], call(arguments));
  }

  private static String check(String what, Processes.Result result) throws IOException {
    if (!result.ok()) {
      throw new IOException("git " + what + ": " + result.stderr().strip());
    }
    return result.stdout();
  }

  private Processes.Result call(String... arguments)
      throws IOException, InterruptedException, TimeoutException {
    return call(source, arguments);
  }

  private static Processes.Result call(Path directory, String... arguments)
      throws IOException, InterruptedException, TimeoutException {
    List<String> command = new ArrayList<>(TAME);
    command.addAll(Arrays.asList(arguments));
    return Processes.runBlocking(
        new Processes.Command(
            command,
            directory,
            Map.of(
                "GIT_CONFIG_NOSYSTEM", "1",
                "GIT_CONFIG_GLOBAL", "/dev/null",
                "GIT_TERMINAL_PROMPT", "0",
                "GIT_CEILING_DIRECTORIES", directory.resolveSibling("").toString()),
            DEADLINE,
            KEPT_OUTPUT));
  }
}
