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
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of one site: {@code site.json}, {@code releases/{sha256}/} which never change, {@code
 * encoded/} with their compressed forms, and {@code current.N}, a link to the release that is live,
 * made by the owner of a run whose lease is N. Of several links the one with the highest N counts:
 * so a node that slept through the loss of its lease cannot undo what its successor did, whenever
 * it wakes. All methods block.
 */
record SiteDirectory(Path root) {
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
  private static final Duration LEFT_AFTER = Duration.ofHours(1);
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /** Made before links had a number. */
  private static final String FIRST_LINK = "current";

  private static final Pattern LINK = Pattern.compile("current(\\.(\\d{1,18}))?");

  /**
   * The release that is live.
   *
   * @param lease of who made it live
   */
  record Current(String sha256, Instant since, long lease) {}

  /** Somebody with a higher lease has switched the site. */
  static final class Superseded extends IOException {
    private static final long serialVersionUID = 1L;

    Superseded(Path root, long lease) {
      super("lease " + lease + " is not the newest that switched " + root);
    }
  }

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

  private Path link(long lease) {
    return root.resolve(lease == 0 ? FIRST_LINK : FIRST_LINK + "." + lease);
  }

  /** The links that are here, by the leases of those who made them. */
  private NavigableMap<Long, Path> links() throws IOException {
    NavigableMap<Long, Path> links = new TreeMap<>();
    try (Stream<Path> files = Files.list(root)) {
      for (Path file : files.toList()) {
        Matcher name = LINK.matcher(file.getFileName().toString());
        if (name.matches()) {
          links.put(name.group(2) == null ? 0 : Long.parseLong(name.group(2)), file);
        }
      }
    } catch (NoSuchFileException none) {
      return links;
    }
    return links;
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
    while (true) {
      NavigableMap<Long, Path> links = links();
      if (links.isEmpty()) {
        return Optional.empty();
      }
      Path link = links.lastEntry().getValue();
      long lease = links.lastKey();
      try {
        String sha256 = Files.readSymbolicLink(link).getFileName().toString();
        return digest(sha256)
            ? Optional.of(
                new Current(
                    sha256, Files.getLastModifiedTime(link, NOFOLLOW_LINKS).toInstant(), lease))
            : Optional.empty();
      } catch (NoSuchFileException replaced) { // by a newer one, which is there already
        if (!links().isEmpty()) {
          continue;
        }
        return Optional.empty();
      } catch (NotLinkException none) {
        return Optional.empty();
      }
    }
  }

  /**
   * Makes a release the live one. Returns what is live now.
   *
   * @param lease of the run's owner
   * @throws Superseded where somebody with a higher lease switched the site before
   */
  Current makeCurrent(String sha256, long lease) throws IOException {
    Optional<Current> before = current();
    NavigableMap<Long, Path> links = links();
    if (!links.isEmpty() && links.lastKey() > lease) {
      throw new Superseded(root, lease);
    }
    if (before.isPresent() && before.get().sha256().equals(sha256)) {
      DurableFiles.replace(links.lastEntry().getValue(), link(lease)); // live since then, and ours
    } else {
      Files.setLastModifiedTime(release(sha256), FileTime.from(Instant.now()));
      DurableFiles.link(link(lease), Path.of("releases", sha256));
    }
    for (Path older : links().headMap(lease).values()) {
      Files.deleteIfExists(older);
    }
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

  /** Removes what a writer that died has left; another node may be at what is young. */
  void sweep() throws IOException {
    FileTime old = FileTime.from(Instant.now().minus(LEFT_AFTER));
    for (Path directory : new Path[] {root, releases(), encoded()}) {
      if (!Files.isDirectory(directory, NOFOLLOW_LINKS)) {
        continue;
      }
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.filter(DurableFiles::temporary).toList()) {
          if (Files.getLastModifiedTime(file, NOFOLLOW_LINKS).compareTo(old) < 0) {
            DurableFiles.deleteTree(file);
          }
        }
      }
    }
  }
}
