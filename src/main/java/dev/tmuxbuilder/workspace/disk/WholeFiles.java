package dev.tmuxbuilder.workspace.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files whole or not at all: beside, then into place. */
final class WholeFiles {
  private WholeFiles() {}

  static void write(Path file, String content) throws IOException {
    Path beside = Files.createTempFile(file.getParent(), "." + file.getFileName(), ".new");
    try {
      Files.writeString(beside, content);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }
}
