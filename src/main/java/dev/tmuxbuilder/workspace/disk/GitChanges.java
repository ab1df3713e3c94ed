package dev.tmuxbuilder.workspace.disk;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.platform.Processes;
import dev.tmuxbuilder.platform.TameGit;
import dev.tmuxbuilder.platform.VirtualThreads;
import dev.tmuxbuilder.workspace.Changes;
import dev.tmuxbuilder.workspace.Workspaces;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * A run's commits say {@code Run N:}; what it changed lies between the one before them and the
 * last.
 */
@ApplicationScoped
class GitChanges implements Changes {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  /** The most of a diff that is told: a page with more of it helps nobody. */
  private static final int LONGEST = 256 * 1024;

  /** The tree that has nothing in it, which git knows without being told. */
  private static final String NOTHING = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

  private final Workspaces workspaces;

  GitChanges(Workspaces workspaces) {
    this.workspaces = workspaces;
  }

  /** From one commit, or from nothing, to another. */
  private record Range(String from, String to) {}

  @Override
  public Uni<Optional<Changed>> of(ExecutionId execution, int run) {
    Path source = workspaces.of(execution).source();
    return VirtualThreads.call(
        "changes " + execution,
        () -> {
          if (!Files.isDirectory(source.resolve(".git"))) {
            return Optional.empty();
          }
          Optional<Range> range = range(source, run);
          return Optional.of(
              range.isEmpty()
                  ? new Changed(Optional.empty(), List.of())
                  : new Changed(range.map(Range::to), files(source, range.get())));
        });
  }

  @Override
  public Uni<Optional<Diff>> diff(ExecutionId execution, int run, String path) {
    Path source = workspaces.of(execution).source();
    return VirtualThreads.call(
        "diff " + execution,
        () -> {
          Optional<Range> range =
              Files.isDirectory(source.resolve(".git")) ? range(source, run) : Optional.empty();
          if (range.isEmpty()) {
            return Optional.empty();
          }
          Optional<File> file =
              files(source, range.get()).stream()
                  .filter(one -> one.path().equals(path))
                  .findFirst();
          return file.isEmpty()
              ? Optional.empty()
              : Optional.of(diff(source, range.get(), file.get()));
        });
  }

  private static Optional<Range> range(Path source, int run)
      throws IOException, InterruptedException, TimeoutException {
    String mark = "Run " + run + ": ";
    Processes.Result log =
        TameGit.call(source, DEADLINE, "log", "--format=%H %P%n%s", "--grep=^" + mark, "--");
    if (!log.ok()) { // no commit yet
      return Optional.empty();
    }
    List<String> lines = log.stdout().lines().toList();
    List<String> commits = new ArrayList<>();
    for (int i = 0; i + 1 < lines.size(); i += 2) {
      if (lines.get(i + 1).startsWith(mark)) {
        commits.add(lines.get(i));
      }
    }
    if (commits.isEmpty()) {
      return Optional.empty();
    }
    String[] oldest = commits.getLast().split(" ", -1);
    String newest = commits.getFirst().split(" ", -1)[0];
    return Optional.of(new Range(oldest[1].isEmpty() ? NOTHING : oldest[1], newest));
  }

  private static List<File> files(Path source, Range range)
      throws IOException, InterruptedException, TimeoutException {
    String said =
        told(
            "diff-tree",
            TameGit.call(
                source,
                DEADLINE,
                "diff-tree",
                "-r",
                "-z",
                "--raw",
                "--numstat",
                "--no-renames",
                "--no-ext-diff",
                "--no-textconv",
                range.from(),
                range.to()));
    Map<String, File> files = new LinkedHashMap<>();
    String[] words = said.split("\0", -1);
    for (int i = 0; i < words.length; i++) {
      if (words[i].startsWith(":") && i + 1 < words.length) {
        Kind kind = kind(words[i].charAt(words[i].lastIndexOf(' ') + 1));
        i++;
        files.put(words[i], new File(words[i], kind, false, 0, 0));
      } else {
        String[] counts = words[i].split("\t", 3);
        if (counts.length == 3) {
          files.computeIfPresent(counts[2], (path, file) -> counted(file, counts));
        }
      }
    }
    return List.copyOf(files.values());
  }

  private static Kind kind(char letter) {
    return switch (letter) {
      case 'A' -> Kind.ADDED;
      case 'D' -> Kind.REMOVED;
      default -> Kind.CHANGED;
    };
  }

  private static File counted(File file, String[] counts) {
    return counts[0].equals("-")
        ? new File(file.path(), file.kind(), true, 0, 0)
        : new File(
            file.path(), file.kind(), false, Long.parseLong(counts[0]), Long.parseLong(counts[1]));
  }

  private static Diff diff(Path source, Range range, File file)
      throws IOException, InterruptedException, TimeoutException {
    if (file.binary()) {
      return new Diff(file, "", false);
    }
    String text =
        told(
            "diff",
            TameGit.call(
                source,
                DEADLINE,
                "--literal-pathspecs",
                "diff",
                "--no-color",
                "--no-renames",
                "--no-ext-diff",
                "--no-textconv",
                range.from(),
                range.to(),
                "--",
                file.path()));
    if (text.length() <= LONGEST) {
      return new Diff(file, text, false);
    }
    int lastLine = text.lastIndexOf('\n', LONGEST - 1);
    return new Diff(file, text.substring(0, lastLine > 0 ? lastLine + 1 : LONGEST), true);
  }

  private static String told(String what, Processes.Result result) throws IOException {
    if (!result.ok()) {
      throw new IOException("git " + what + ": " + result.stderr().strip());
    }
    return result.stdout();
  }
}
