package dev.tmuxbuilder.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code {data-dir}/lost}: where files go that belong to nobody, so that whoever misses them finds
 * them. All methods block.
 */
public final class LostAndFound {
  /** What is younger may be on its way into the database. */
  private static final Duration SETTLED = Duration.ofMinutes(10);

  private final DataDirectory directory;

  LostAndFound(DataDirectory directory) {
    this.directory = directory;
  }

  /** Whether a file or folder has not changed for so long that nobody is about to claim it. */
  public static boolean settled(Path path) throws IOException {
    FileTime changed = Files.getLastModifiedTime(path);
    return changed.toInstant().isBefore(Instant.now().minus(SETTLED));
  }

  /** Moves something that is in the data directory, with the folders above it. */
  public void keep(Path path) throws IOException {
    Path root = directory.root();
    Path place = root.resolve("lost").resolve(root.relativize(path));
    Files.createDirectories(place.getParent());
    for (int number = 1; Files.exists(place); number++) {
      place = place.resolveSibling(path.getFileName() + "." + number);
    }
    Files.move(path, place, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The folders in a folder, or none where it is not there. */
  public static List<Path> foldersIn(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(Files::isDirectory).sorted().toList();
    }
  }
}
