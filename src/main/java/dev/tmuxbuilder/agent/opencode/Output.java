package dev.tmuxbuilder.agent.opencode;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/** What a server prints, kept for people, up to a size. */
final class Output {
  private static final Logger LOG = Logger.getLogger(Output.class);
  private static final long MOST = 4L << 20;

  private Output() {}

  /** Reads until the process ends. */
  static void keep(Process process, Path log) {
    byte[] buffer = new byte[8192];
    long kept = 0;
    try (InputStream said = process.getInputStream();
        OutputStream file = Files.newOutputStream(log)) {
      for (int read = said.read(buffer); read >= 0; read = said.read(buffer)) {
        if (kept < MOST) {
          file.write(buffer, 0, read);
          kept += read;
        }
      }
    } catch (IOException ended) { // the process is gone, or the disk full: it works all the same
      LOG.debugf("%s ends: %s", log, ended.getMessage());
    }
  }
}
