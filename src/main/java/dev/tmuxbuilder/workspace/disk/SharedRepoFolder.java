package dev.tmuxbuilder.workspace.disk;

import dev.tmuxbuilder.platform.Processes;
import dev.tmuxbuilder.platform.TameGit;
import dev.tmuxbuilder.workspace.SharedRepos.SharedRepo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The operator's folder of repositories: its folders that are one, bare ({@code name.git} or {@code
 * name}) or with files. They are read and never written to. Methods block.
 *
 * @param maxBytes of all files of one that may be copied
 * @param maxFiles of one that may be copied
 */
record SharedRepoFolder(Path root, long maxBytes, int maxFiles) {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final String BARE = ".git";
  private static final String UNTOLD = "Unnamed repository";
  private static final int LONGEST_DESCRIPTION = 200;

  /** Whether a repository can have that name: no path, no option, nothing hidden. */
  static boolean isName(String name) {
    return NAME.matcher(name).matches() && !name.contains("..");
  }

  List<SharedRepo> all() throws IOException, InterruptedException, TimeoutException {
    List<String> names;
    try (Stream<Path> folders = Files.list(root)) {
      names =
          folders
              .map(folder -> folder.getFileName().toString())
              .map(name -> name.endsWith(BARE) ? name.substring(0, name.length() - 4) : name)
              .filter(SharedRepoFolder::isName)
              .distinct()
              .sorted()
              .toList();
    }
    List<SharedRepo> repos = new ArrayList<>();
    for (String name : names) {
      named(name).ifPresent(repos::add);
    }
    repos.sort(Comparator.comparing(SharedRepo::name));
    return repos;
  }

  /** Empty where there is none of that name, or nothing was committed to it. */
  Optional<SharedRepo> named(String name)
      throws IOException, InterruptedException, TimeoutException {
    Optional<Path> repository = repository(name);
    if (repository.isEmpty()) {
      return Optional.empty();
    }
    Processes.Result newest = git(repository.get(), "log", "-1", "--format=%cI", "HEAD");
    if (!newest.ok()) {
      return Optional.empty();
    }
    long[] sum = {0, 0};
    Processes.Result tree = git(repository.get(), "ls-tree", "-r", "-l", "HEAD");
    tree.stdout()
        .lines()
        .map(line -> line.split("\\s+", 5))
        .filter(fields -> fields.length == 5)
        .forEach(
            fields -> {
              sum[0] += fields[3].equals("-") ? 0 : Long.parseLong(fields[3]);
              sum[1]++;
            });
    boolean cutOff = tree.stdout().length() >= TameGit.KEPT_OUTPUT;
    return Optional.of(
        new SharedRepo(
            name,
            description(repository.get()),
            sum[0],
            (int) sum[1],
            cutOff || sum[0] > maxBytes || sum[1] > maxFiles,
            OffsetDateTime.parse(newest.stdout().strip()).toInstant()));
  }

  /** The folder that git takes for the repository; links lead nowhere. */
  private Optional<Path> repository(String name) {
    if (!isName(name)) {
      return Optional.empty();
    }
    return Stream.of(
            root.resolve(name + BARE), root.resolve(name).resolve(BARE), root.resolve(name))
        .filter(folder -> Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS))
        .filter(folder -> Files.isRegularFile(folder.resolve("HEAD")))
        .findFirst();
  }

  /** The repository's own word, else the first line of its README that is no heading. */
  private static String description(Path repository)
      throws IOException, InterruptedException, TimeoutException {
    Path file = repository.resolve("description");
    String told = Files.isRegularFile(file) ? Files.readString(file).strip() : "";
    if (told.isEmpty() || told.startsWith(UNTOLD)) {
      Processes.Result readme = git(repository, "show", "HEAD:README.md");
      told = readme.ok() ? firstLine(readme.stdout()) : "";
    }
    String line = told.lines().findFirst().orElse("");
    return line.length() <= LONGEST_DESCRIPTION ? line : line.substring(0, LONGEST_DESCRIPTION);
  }

  private static String firstLine(String markdown) {
    return markdown
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .findFirst()
        .orElse("");
  }

  /** Writes the files of the newest commit into a folder that is there and empty. */
  void export(String name, Path into, Path index)
      throws IOException, InterruptedException, TimeoutException {
    Path repository =
        repository(name).orElseThrow(() -> new IOException("no shared repository " + name));
    for (String[] step :
        List.of(
            new String[] {"read-tree", "HEAD"},
            new String[] {"checkout-index", "--all", "--force"})) {
      List<String> arguments =
          new ArrayList<>(List.of("--git-dir=" + repository, "--work-tree=" + into));
      arguments.addAll(List.of(step));
      Processes.Result result =
          TameGit.call(
              into,
              Map.of("GIT_INDEX_FILE", index.toString()),
              DEADLINE,
              arguments.toArray(String[]::new));
      if (!result.ok()) {
        throw new IOException("git " + step[0] + ": " + result.stderr().strip());
      }
    }
  }

  private static Processes.Result git(Path repository, String... arguments)
      throws IOException, InterruptedException, TimeoutException {
    List<String> all = new ArrayList<>(List.of("--git-dir=" + repository));
    all.addAll(List.of(arguments));
    return TameGit.call(
        repository, Map.of("LC_ALL", "C.UTF-8"), DEADLINE, all.toArray(String[]::new));
  }
}
