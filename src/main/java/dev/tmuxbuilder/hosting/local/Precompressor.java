package dev.tmuxbuilder.hosting.local;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import dev.tmuxbuilder.hosting.MediaTypes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses files once, when they arrive, so that no request ever has to. A compressed form is
 * named by its content's digest: a file that did not change from release to release is compressed
 * once. All methods block.
 */
final class Precompressor {
  /** Below this, the headers of an answer weigh more than what compression saves. */
  private static final long SMALLEST = 1024;

  /** Above this, a file is a download, and compressing it would hold up the upload. */
  private static final long LARGEST = 16 << 20;

  /** Brotli's last two levels take ten times as long for some three per cent. */
  private static final int BROTLI_QUALITY = 9;

  private final boolean brotli = Brotli4jLoader.isAvailable();

  /** The forms of a file that exist already, the smallest first. */
  List<Representation> existing(Path encoded, String sha256) throws IOException {
    List<Representation> forms = new ArrayList<>(2);
    for (Coding coding : new Coding[] {Coding.BROTLI, Coding.GZIP}) {
      Path file = encoded.resolve(sha256 + coding.ending());
      if (Files.isRegularFile(file)) {
        forms.add(Representation.of(coding, file, sha256, Files.size(file)));
      }
    }
    return forms;
  }

  /** Makes the forms of a file that are worth it and not there yet. Returns how many. */
  int compress(String path, Path file, String sha256, Path encoded) throws IOException {
    long size = Files.size(file);
    if (size < SMALLEST || size > LARGEST || !MediaTypes.compressible(MediaTypes.of(path))) {
      return 0;
    }
    int made = 0;
    for (Coding coding : new Coding[] {Coding.GZIP, Coding.BROTLI}) {
      Path form = encoded.resolve(sha256 + coding.ending());
      if ((coding == Coding.BROTLI && !brotli) || Files.exists(form)) {
        continue;
      }
      byte[] content = compressed(coding, file);
      if (content.length < size - size / 16) { // saves enough to be worth a place in the cache
        DurableFiles.writeDerived(form, content);
        made++;
      }
    }
    return made;
  }

  private static byte[] compressed(Coding coding, Path file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = encoder(coding, bytes)) {
      Files.copy(file, out);
    }
    return bytes.toByteArray();
  }

  private static OutputStream encoder(Coding coding, OutputStream out) throws IOException {
    return switch (coding) {
      case IDENTITY -> out;
      case GZIP -> new BestGzip(out);
      case BROTLI ->
          new BrotliOutputStream(out, new Encoder.Parameters().setQuality(BROTLI_QUALITY));
    };
  }

  private static final class BestGzip extends GZIPOutputStream {
    BestGzip(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
