package dev.tmuxbuilder.verification.browser;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Temporary directories and their end. */
final class Trees {
  private static final Logger LOG = Logger.getLogger(Trees.class);

  private Trees() {}

  /** Removes what can be removed; what cannot is only rubbish in a temporary directory. */
  static void deleteQuietly(Path root) {
    try {
      Files.walkFileTree(root, new Remover());
    } catch (IOException left) {
      LOG.debugf("%s stays behind: %s", root, left.getMessage());
    }
  }

  private static final class Remover extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
