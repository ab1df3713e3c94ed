package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.execution.Artifact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Makes artifacts of real files. */
final class Artifacts {
  private Artifacts() {}

  /** Text files by path. */
  static Artifact of(Path root, Map<String, String> files) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = root.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    return read(root);
  }

  /** What is in a directory; links are listed by what they lead to, as a careless reader would. */
  static Artifact read(Path root) throws IOException {
    Map<String, String> digests = new HashMap<>();
    try (Stream<Path> tree = Files.walk(root)) {
      List<Artifact.File> files =
          tree.filter(Files::isRegularFile)
              .map(path -> file(root, path))
              .sorted(
                  Comparator.comparing(
                      f -> f.path().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned))
              .toList();
      files.forEach(file -> digests.put(file.path(), file.sha256()));
      return new Artifact(root, Digests.ofRelease(digests), files);
    }
  }

  private static Artifact.File file(Path root, Path path) {
    try {
      return new Artifact.File(
          root.relativize(path).toString(), Digests.of(path.toRealPath()), Files.size(path));
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }
}
