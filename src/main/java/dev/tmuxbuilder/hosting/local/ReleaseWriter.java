package dev.tmuxbuilder.hosting.local;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.StepFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Brings an artifact to its place as a release. It is written beside its place, checked byte for
 * byte against its digests, made durable and read-only, and then renamed: a release is there whole
 * or not at all. All methods block.
 */
final class ReleaseWriter {
  private static final String STAGE = "upload";

  private final SiteDirectory site;

  ReleaseWriter(SiteDirectory site) {
    this.site = site;
  }

  /** What an upload did; a release that was there already is not written again. */
  record Written(boolean wasThere, int files, long bytes) {}

  Written write(Artifact artifact) throws IOException, InterruptedException {
    Path place = site.release(artifact.sha256());
    if (Files.isDirectory(place, NOFOLLOW_LINKS)) {
      return new Written(true, artifact.files().size(), artifact.bytes());
    }
    requireDigest(artifact);
    site.create();
    site.sweep();
    Path incoming = Files.createDirectory(DurableFiles.temporaryBeside(place));
    try {
      copy(artifact, incoming);
      seal(incoming);
      DurableFiles.replace(incoming, place);
    } finally {
      DurableFiles.deleteTree(incoming);
    }
    return new Written(false, artifact.files().size(), artifact.bytes());
  }

  private static void requireDigest(Artifact artifact) {
    Map<String, String> digests = new HashMap<>();
    artifact.files().forEach(file -> digests.put(file.path(), file.sha256()));
    if (!Digests.ofRelease(digests).equals(artifact.sha256())) {
      throw changed("the list of its files");
    }
  }

  private static void copy(Artifact artifact, Path incoming)
      throws IOException, InterruptedException {
    Path source = artifact.root().toRealPath();
    for (Artifact.File file : artifact.files()) {
      if (Thread.interrupted()) {
        throw new InterruptedException("the upload was cancelled");
      }
      Path relative = relative(file.path());
      Path from = source.resolve(relative);
      Path into = incoming.resolve(relative);
      Path fromDirectory = from.getParent();
      Path intoDirectory = into.getParent();
      if (fromDirectory == null
          || intoDirectory == null
          || !Files.isRegularFile(from, NOFOLLOW_LINKS)
          || !fromDirectory.toRealPath().equals(fromDirectory)) {
        throw StepFailure.permanent(
            STAGE,
            "artifact_link",
            "“" + file.path() + "” is not a plain file of the site.",
            "Replace links and special files in the source by the files themselves.");
      }
      Files.createDirectories(intoDirectory);
      if (!copy(from, into).equals(file.sha256())) {
        throw changed("“" + file.path() + "”");
      }
    }
  }

  private static Path relative(String path) {
    Path relative = Path.of(path);
    if (path.isEmpty()
        || relative.isAbsolute()
        || !relative.normalize().toString().equals(path)
        || relative.startsWith("..")) {
      throw StepFailure.permanent(
          STAGE,
          "artifact_path",
          "“" + path + "” is not a path inside the site.",
          "Give every file a plain relative path.");
    }
    return relative;
  }

  /** Copies a file and returns the digest of what was written. */
  private static String copy(Path from, Path into) throws IOException {
    MessageDigest digest = Digests.sha256();
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try (FileChannel in = FileChannel.open(from, READ, NOFOLLOW_LINKS);
        FileChannel out = FileChannel.open(into, CREATE_NEW, WRITE)) {
      while (in.read(buffer.clear()) >= 0) {
        digest.update(buffer.flip().duplicate());
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
      }
      out.force(true);
    }
    return Digests.hex(digest);
  }

  /** Makes the tree read-only and durable, the deepest first. */
  private static void seal(Path root) throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        boolean directory = Files.isDirectory(path, NOFOLLOW_LINKS);
        Files.setPosixFilePermissions(
            path, PosixFilePermissions.fromString(directory ? "r-xr-xr-x" : "r--r--r--"));
        if (directory) {
          DurableFiles.sync(path);
        }
      }
    }
  }

  private static StepFailure changed(String what) {
    return StepFailure.permanent(
        STAGE,
        "artifact_changed",
        "The site's files changed while they were uploaded: " + what + " is not what was built.",
        "Deploy again, and leave the source alone until it is done.");
  }
}
