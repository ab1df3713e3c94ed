package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.Artifact;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A release as one archive on its way to a machine, in a temporary file. */
public final class Bundle implements AutoCloseable {
  private static final int READ_BY_ALL = 0644;

  private final Path file;

  private Bundle(Path file) {
    this.file = file;
  }

  public Path file() {
    return file;
  }

  /** Packs the files and no more; the same files give the same archive. Blocks. */
  public static Bundle of(Artifact artifact) throws IOException {
    Path file = Files.createTempFile("release", ".tar.gz");
    Bundle bundle = new Bundle(file);
    boolean good = false;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
        TarArchiveOutputStream tar =
            new TarArchiveOutputStream(new GZIPOutputStream(out), "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      for (Artifact.File part : artifact.files()) {
        TarArchiveEntry entry = new TarArchiveEntry(part.path());
        entry.setSize(part.bytes());
        entry.setMode(READ_BY_ALL);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        try (InputStream in = Files.newInputStream(artifact.root().resolve(part.path()))) {
          in.transferTo(tar);
        }
        tar.closeArchiveEntry();
      }
      tar.finish();
      good = true;
    } finally {
      if (!good) {
        bundle.close();
      }
    }
    return bundle;
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
