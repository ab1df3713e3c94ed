package dev.tmuxbuilder.agent.starter;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a directory hold certain files and no others; {@code .git} is left alone. Each file appears
 * whole or not at all, and doing it again after a crash ends the same. Links are removed, never
 * followed.
 */
final class SourceTree {
  private static final String KEPT = ".git";
  private static final String HALF_WRITTEN = ".part~";

  private final Path root;

  SourceTree(Path root) {
    this.root = root;
  }

  void become(Map<String, byte[]> files) throws IOException {
    Files.createDirectories(root);
    removeOthers(files);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      write(root.resolve(file.getKey()), file.getValue());
    }
  }

  private void write(Path file, byte[] content) throws IOException {
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Arrays.equals(Files.readAllBytes(file), content)) {
      return;
    }
    Files.createDirectories(file.getParent());
    Path half = file.resolveSibling(file.getFileName() + HALF_WRITTEN);
    Files.write(half, content);
    Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void removeOthers(Map<String, byte[]> files) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            return dir.equals(root.resolve(KEPT))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!attributes.isRegularFile() || !files.containsKey(name(file))) {
              if (!file.equals(root.resolve(KEPT))) {
                Files.delete(file);
              }
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            if (!dir.equals(root) && isUnused(name(dir) + "/", files)) {
              Files.delete(dir);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static boolean isUnused(String prefix, Map<String, byte[]> files) {
    return files.keySet().stream().noneMatch(path -> path.startsWith(prefix));
  }

  private String name(Path path) {
    return root.relativize(path).toString().replace('\\', '/');
  }
}
