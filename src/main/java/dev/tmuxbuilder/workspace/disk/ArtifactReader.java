package dev.tmuxbuilder.workspace.disk;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/** Reads what is in a source directory, as it will be deployed. */
final class ArtifactReader {
  private static final String REPOSITORY = ".git";
  private static final Comparator<Artifact.File> BY_BYTES_OF_PATH =
      Comparator.comparing(
          file -> file.path().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  private ArtifactReader() {}

  /**
   * @param leftOut paths of links and special files, which are no part of a site
   */
  record Read(Artifact artifact, List<String> leftOut) {}

  static Read read(Path root) throws IOException {
    List<Artifact.File> files = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return directory.equals(root.resolve(REPOSITORY))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            String path = root.relativize(file).toString();
            if (attributes.isRegularFile()) {
              files.add(new Artifact.File(path, sha256(file), attributes.size()));
            } else {
              leftOut.add(path);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(BY_BYTES_OF_PATH);
    return new Read(new Artifact(root, digest(files), files), leftOut);
  }

  private static String digest(List<Artifact.File> sorted) {
    StringBuilder list = new StringBuilder();
    for (Artifact.File file : sorted) {
      list.append(file.path()).append('\t').append(file.sha256()).append('\n');
    }
    return Json.sha256(list.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream content = Files.newInputStream(file);
        DigestInputStream digesting =
            new DigestInputStream(content, MessageDigest.getInstance("SHA-256"))) {
      digesting.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digesting.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException impossible) { // every Java has it
      throw new IllegalStateException(impossible);
    }
  }
}
