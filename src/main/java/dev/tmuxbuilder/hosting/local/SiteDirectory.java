package dev.tmuxbuilder.hosting.local;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of one site: {@code site.json}, {@code releases/{sha256}/} which never change, {@code
 * encoded/} with their compressed forms, and {@code current}, a link to the release that is live.
 * All methods block.
 */
record SiteDirectory(Path root) {
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /** The release that is live, and since when. */
  record Current(String sha256, Instant since) {}

  static boolean digest(String text) {
    return SHA_256.matcher(text).matches();
  }

  Path releases() {
    return root.resolve("releases");
  }

  Path release(String sha256) {
    if (!digest(sha256)) {
      throw new IllegalArgumentException("not a SHA-256 digest");
    }
    return releases().resolve(sha256);
  }

  Path encoded() {
    return root.resolve("encoded");
  }

  private Path link() {
    return root.resolve("current");
  }

  private Path recordFile() {
    return root.resolve("site.json");
  }

  boolean exists() {
    return Files.exists(root, NOFOLLOW_LINKS);
  }

  boolean holds(String sha256) {
    return digest(sha256) && Files.isDirectory(release(sha256), NOFOLLOW_LINKS);
  }

  /** Makes the directories that are missing. */
  void create() throws IOException {
    Files.createDirectories(releases());
    Files.createDirectories(encoded());
    DurableFiles.sync(root);
  }

  /** Empty where the site is not here, or not yet. */
  Optional<SiteRecord> record() throws IOException {
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(recordFile()), SiteRecord.class));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
  }

  void record(SiteRecord record) throws IOException {
    DurableFiles.write(
        recordFile(), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(record));
  }

  /** From now on there is no such site for anybody, even if the removal of its files is cut off. */
  void forgetRecord() throws IOException {
    Files.deleteIfExists(recordFile());
  }

  Optional<Current> current() throws IOException {
    try {
      String sha256 = Files.readSymbolicLink(link()).getFileName().toString();
      return digest(sha256)
          ? Optional.of(
              new Current(sha256, Files.getLastModifiedTime(link(), NOFOLLOW_LINKS).toInstant()))
          : Optional.empty();
    } catch (NoSuchFileException | NotLinkException none) {
      return Optional.empty();
    }
  }

  /** Makes a release the live one. Returns what is live now. */
  Current makeCurrent(String sha256) throws IOException {
    Optional<Current> before = current();
    if (before.isPresent() && before.get().sha256().equals(sha256)) {
      return before.get();
    }
    Files.setLastModifiedTime(release(sha256), FileTime.from(Instant.now()));
    DurableFiles.link(link(), Path.of("releases", sha256));
    return current().orElseThrow(() -> new IOException("the site went away: " + root));
  }

  /** The releases that are here, the one that was live last first. */
  List<String> latestFirst() throws IOException {
    Map<String, Instant> lastLive = new HashMap<>();
    try (Stream<Path> directories = Files.list(releases())) {
      for (Path directory : directories.toList()) {
        String name = directory.getFileName().toString();
        if (holds(name)) {
          lastLive.put(name, Files.getLastModifiedTime(directory, NOFOLLOW_LINKS).toInstant());
        }
      }
    }
    return lastLive.entrySet().stream()
        .sorted(Map.Entry.<String, Instant>comparingByValue().reversed())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Removes a release at once, even if the removal of its files is cut off. */
  void forget(String sha256) throws IOException {
    Path aside = DurableFiles.temporaryBeside(release(sha256));
    DurableFiles.replace(release(sha256), aside);
    DurableFiles.deleteTree(aside);
  }

  /** Removes what a writer that died has left. */
  void sweep() throws IOException {
    for (Path directory : new Path[] {root, releases(), encoded()}) {
      if (!Files.isDirectory(directory, NOFOLLOW_LINKS)) {
        continue;
      }
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.filter(DurableFiles::temporary).toList()) {
          DurableFiles.deleteTree(file);
        }
      }
    }
  }
}
