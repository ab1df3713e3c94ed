package dev.tmuxbuilder.api;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MimeTypes;

/**
 * The kinds of files that users may send: pictures and documents that an agent can read. What a
 * file is, its first bytes say; its name must say the same.
 */
final class FileTypes {
  static final String NAMES = "png, jpg, jpeg, gif, webp, svg, pdf, txt, md, csv";

  private static final int LONGEST_NAME = 100;
  private static final Pattern NOT_IN_NAMES = Pattern.compile("[^\\p{L}\\p{N}._ -]+");
  private static final Pattern ENDING = Pattern.compile("^(.+)\\.([A-Za-z]{2,4})$");

  private static final Map<String, String> BY_ENDING =
      Map.of(
          "png", "image/png",
          "jpg", "image/jpeg",
          "jpeg", "image/jpeg",
          "gif", "image/gif",
          "webp", "image/webp",
          "svg", "image/svg+xml",
          "pdf", "application/pdf",
          "txt", "text/plain",
          "md", "text/markdown",
          "csv", "text/csv");

  private FileTypes() {}

  /** Some thousand kinds are read from the library the first time that one is asked for. */
  private static final class Known {
    private static final MimeTypes ALL = MimeTypes.getDefaultMimeTypes();
  }

  /**
   * A name for a file from what a browser or a program called it: no folder, no dot in front, the
   * ending in small letters. Empty where its ending is none of {@link #NAMES}.
   */
  static Optional<String> name(String given) {
    String last = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
    String plain =
        NOT_IN_NAMES
            .matcher(Normalizer.normalize(last, Normalizer.Form.NFC))
            .replaceAll("-")
            .strip()
            .replaceAll("^\\.+", "");
    var parts = ENDING.matcher(plain);
    if (!parts.matches() || !BY_ENDING.containsKey(ending(plain))) {
      return Optional.empty();
    }
    String stem = parts.group(1);
    int end =
        stem.offsetByCodePoints(0, Math.min(LONGEST_NAME, stem.codePointCount(0, stem.length())));
    return Optional.of(stem.substring(0, end).strip() + "." + ending(plain));
  }

  /** The media type that a name of {@link #name} stands for. */
  static String mediaType(String name) {
    return BY_ENDING.getOrDefault(ending(name), "application/octet-stream");
  }

  private static String ending(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** Whether the file is what its name says. Blocks. */
  static boolean holds(String name, Path file) throws IOException {
    String wanted = mediaType(name);
    MediaType found = look(name, file);
    return wanted.startsWith("text/")
        ? Known.ALL.getMediaTypeRegistry().isInstanceOf(found, MediaType.TEXT_PLAIN)
        : found.toString().equals(wanted);
  }

  private static MediaType look(String name, Path file) throws IOException {
    Metadata metadata = new Metadata();
    metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, name);
    try (InputStream content = new BufferedInputStream(Files.newInputStream(file))) {
      return Known.ALL.detect(content, metadata);
    }
  }
}
