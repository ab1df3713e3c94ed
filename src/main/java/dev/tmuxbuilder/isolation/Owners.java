package dev.tmuxbuilder.isolation;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * User ids that belong to owners of programs. They are derived from the name, so that each node
 * comes to the same one without a register; two names have one in common once in a thousand million
 * pairs, and then the other walls still stand between them.
 */
final class Owners {
  /** Above all that people, packages and containers' maps commonly use. */
  private static final int FIRST = 1 << 30;

  private Owners() {}

  static int userId(String owner) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(owner.getBytes(StandardCharsets.UTF_8));
      return FIRST + (ByteBuffer.wrap(digest).getInt() & (FIRST - 1));
    } catch (NoSuchAlgorithmException impossible) { // every JDK has it
      throw new IllegalStateException(impossible);
    }
  }

  static Optional<Integer> uidOf(Path path) {
    try {
      return Files.getAttribute(path, "unix:uid") instanceof Integer uid
          ? Optional.of(uid)
          : Optional.empty();
    } catch (IOException | UnsupportedOperationException unknown) {
      return Optional.empty();
    }
  }

  /** Gives a folder and all in it to a user, once: later what is in it is that user's own. */
  static void give(Path folder, int user) throws IOException {
    if (uidOf(folder).filter(uid -> uid == user).isPresent()) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            return give(file);
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            return give(directory); // the top comes last: its owner says that all is done
          }

          private FileVisitResult give(Path path) throws IOException {
            Files.setAttribute(path, "unix:uid", user, NOFOLLOW_LINKS);
            Files.setAttribute(path, "unix:gid", user, NOFOLLOW_LINKS);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
