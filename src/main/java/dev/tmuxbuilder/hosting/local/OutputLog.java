package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.platform.Redaction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * What a site's process prints: {@code site-N.log}, one for each time that a release was taken up,
 * bounded in size by one rotation to {@code site-N.log.1}, and in number. Its end is kept in memory
 * too, for whoever has to say why the process failed.
 */
final class OutputLog {
  private static final Logger LOG = Logger.getLogger(OutputLog.class);
  private static final Pattern NAME = Pattern.compile("site-(\\d{1,9})\\.log(\\.1)?");
  private static final long LARGEST = 4L << 20;
  private static final int KEPT = 10;
  private static final int TAIL = 4096;

  /** A line that is longer is written in parts. */
  private static final int LONGEST_LINE = 64 << 10;

  private final Path file;
  private final Redaction redaction;
  private final byte[] tail = new byte[TAIL];
  private long printed;
  private volatile boolean writable;

  private OutputLog(Path file, Redaction redaction) {
    this.file = file;
    this.redaction = redaction;
  }

  /**
   * Begins the next log of a directory, and removes the oldest ones. Blocks.
   *
   * @param secrets what is not written down, whatever prints it
   */
  static OutputLog next(Path directory, Map<String, String> secrets) throws IOException {
    Files.createDirectories(directory);
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> logs =
          files
              .filter(path -> number(path) > 0)
              .sorted(Comparator.comparingInt(OutputLog::number))
              .toList();
      int last = logs.isEmpty() ? 0 : number(logs.getLast());
      for (Path log : logs) {
        if (number(log) <= last + 1 - KEPT) {
          Files.deleteIfExists(log);
        }
      }
      return new OutputLog(
          directory.resolve("site-" + (last + 1) + ".log"), Redaction.ofBytes(secrets));
    }
  }

  private static int number(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    return name.matches() ? Integer.parseInt(name.group(1)) : 0;
  }

  /** Writes down all that a process prints, on a thread of its own, until it closes its output. */
  Thread follow(InputStream output) {
    return Thread.ofVirtual().name("output " + file.getFileName()).start(() -> pump(output));
  }

  private void pump(InputStream output) {
    byte[] buffer = new byte[8192];
    ByteArrayOutputStream begun = new ByteArrayOutputStream();
    writable = true;
    try (output) {
      for (int read = output.read(buffer); read >= 0; read = output.read(buffer)) {
        int end = redaction == Redaction.NONE ? read : afterLastLine(buffer, read);
        begun.write(buffer, 0, end);
        if (end > 0 || begun.size() > LONGEST_LINE) {
          keep(begun);
        }
        begun.write(buffer, end, read - end);
      }
    } catch (IOException ended) { // the process was killed while it printed
      LOG.debugf("the output of %s ended: %s", file, ended.getMessage());
    }
    keep(begun);
  }

  private static int afterLastLine(byte[] bytes, int length) {
    int end = length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    return end;
  }

  /** Whole lines, so that no secret is cut in two and not seen. */
  private void keep(ByteArrayOutputStream lines) {
    byte[] told =
        redaction == Redaction.NONE
            ? lines.toByteArray()
            : redaction
                .apply(lines.toString(StandardCharsets.ISO_8859_1))
                .getBytes(StandardCharsets.ISO_8859_1);
    lines.reset();
    remember(told, told.length);
    writable = writable && write(told, told.length); // a full disk must not block the process
  }

  private boolean write(byte[] bytes, int length) {
    try {
      if (Files.exists(file) && Files.size(file) + length > LARGEST) {
        Files.move(
            file,
            file.resolveSibling(file.getFileName() + ".1"),
            StandardCopyOption.REPLACE_EXISTING);
      }
      try (OutputStream log =
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        log.write(bytes, 0, length);
      }
      return true;
    } catch (IOException full) {
      LOG.warnf("cannot write %s any more: %s", file, full.getMessage());
      return false;
    }
  }

  private synchronized void remember(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      tail[(int) (printed++ % TAIL)] = bytes[i];
    }
  }

  /** The last lines that were printed, at most some 4,000 bytes of them. */
  synchronized String lastLines(int lines) {
    int length = (int) Math.min(printed, TAIL);
    byte[] ordered = new byte[length];
    for (int i = 0; i < length; i++) {
      ordered[i] = tail[(int) ((printed - length + i) % TAIL)];
    }
    List<String> all = new String(ordered, StandardCharsets.UTF_8).strip().lines().toList();
    return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
  }
}
