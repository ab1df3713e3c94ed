package dev.tmuxbuilder.execution;

import java.nio.file.Path;
import java.util.List;

/**
 * The files of a site as they will be deployed, read from the disk and not from anybody's word.
 *
 * @param root the directory that holds them
 * @param sha256 lower-case hex digest of the sorted list of {@code path}, {@code sha256} of every
 *     file: for each file in the order of its path's UTF-8 bytes the line {@code path TAB sha256
 *     LF}
 * @param files in that order
 */
public record Artifact(Path root, String sha256, List<File> files) {

  /**
   * @param path relative to the root, with forward slashes
   * @param sha256 lower-case hex digest of the content
   */
  public record File(String path, String sha256, long bytes) {}

  public Artifact {
    files = List.copyOf(files);
  }

  public long bytes() {
    return files.stream().mapToLong(File::bytes).sum();
  }
}
