package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.hosting.MediaTypes;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the index of a release by walking its directory without following a link, and proves by the
 * digest that the files are those which were uploaded. Blocks.
 */
final class ReleaseReader {
  private final Precompressor precompressor;

  ReleaseReader(Precompressor precompressor) {
    this.precompressor = precompressor;
  }

  /**
   * @throws DamagedReleaseException where the files are not what the digest says
   */
  Release read(SiteDirectory site, String sha256) throws IOException {
    Path root = site.release(sha256);
    List<Asset> assets = new ArrayList<>();
    Map<String, String> digests = new HashMap<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              String path = root.relativize(file).toString();
              String digest = Digests.of(file);
              digests.put(path, digest);
              assets.add(
                  Asset.of(
                      path,
                      Representation.of(Coding.IDENTITY, file, digest, attributes.size()),
                      forms(site, path, digest)));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    if (!Digests.ofRelease(digests).equals(sha256)) {
      throw new DamagedReleaseException(sha256);
    }
    return Release.of(sha256, root, assets);
  }

  private List<Representation> forms(SiteDirectory site, String path, String digest)
      throws IOException {
    return MediaTypes.compressible(MediaTypes.of(path))
        ? precompressor.existing(site.encoded(), digest)
        : List.of();
  }
}
