package dev.tmuxbuilder.library.session;

import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.Processes;
import dev.tmuxbuilder.platform.Refusal;
import dev.tmuxbuilder.platform.TameGit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An operator's library: a folder, or a commit of a git repository, {@code https://…/skills#COMMIT}
 * with all 40 digits. A commit is fetched once. Blocks.
 */
final class PinnedLibrary {
  private static final Pattern REPOSITORY = Pattern.compile("((?:https|file)://\\S+)#(.*)");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  private PinnedLibrary() {}

  /**
   * @throws Refusal where it cannot be had
   */
  static Path folder(String name, DataDirectory data) {
    Matcher repository = REPOSITORY.matcher(name);
    if (repository.matches()) {
      return fetched(repository.group(1), repository.group(2), data);
    }
    Path folder = Path.of(name).toAbsolutePath();
    if (name.contains("://") || !Files.isDirectory(folder)) {
      throw refusal(name, "is neither a folder nor https://REPOSITORY#COMMIT");
    }
    return folder;
  }

  private static Path fetched(String url, String commit, DataDirectory data) {
    if (!COMMIT.matcher(commit).matches()) {
      throw refusal(url, "must be pinned: write #COMMIT behind it, with all 40 digits");
    }
    String key = Json.sha256(url.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    Path all = data.root().resolve("libraries");
    Path folder = all.resolve(key + "-" + commit);
    if (Files.isDirectory(folder)) {
      return folder;
    }
    Path beside = folder.resolveSibling("." + folder.getFileName());
    try {
      DataDirectory.delete(beside);
      Files.createDirectories(all);
      git(all, "clone", "--quiet", "--no-checkout", url, beside.toString());
      git(beside, "checkout", "--quiet", "--detach", commit);
      Files.move(beside, folder, StandardCopyOption.ATOMIC_MOVE);
      return folder;
    } catch (IOException | TimeoutException failed) {
      throw refusal(url, "cannot be fetched at " + commit + ": " + failed.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw refusal(url, "was not fetched: the service stops");
    }
  }

  private static void git(Path directory, String... arguments)
      throws IOException, InterruptedException, TimeoutException {
    Processes.Result result = TameGit.call(directory, DEADLINE, arguments);
    if (!result.ok()) {
      throw new IOException(result.stderr().strip());
    }
  }

  private static Refusal refusal(String name, String what) {
    return new Refusal(
        "The library of skills " + name + " " + what + ".", "See TMUXBUILDER_LIBRARY_MORE.");
  }
}
