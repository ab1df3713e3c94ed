package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.Upload;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jboss.resteasy.reactive.server.multipart.FormValue;
import org.jboss.resteasy.reactive.server.multipart.MultipartFormDataInput;

/**
 * A form with files: its fields are read as those of a JSON body are, its files are looked at
 * before anything is done with them.
 */
final class Uploads {
  /** The part that a file comes in; there may be several. */
  static final String FILE = "file";

  static final int MOST = 10;
  static final long LARGEST = 10L * 1024 * 1024;

  private Uploads() {}

  /** What a form holds. */
  record Form(Fields fields, List<Upload> files) {}

  /** Fails with an {@link ApiException} where a file is not one that may be sent. */
  static Uni<Form> read(MultipartFormDataInput form) {
    return VirtualThreads.call("look at what was sent", () -> look(form));
  }

  private static Form look(MultipartFormDataInput form) throws IOException {
    Fields fields = Fields.of(form.getValues());
    Collection<FormValue> parts = form.getValues().getOrDefault(FILE, List.of());
    List<Upload> files = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    if (parts.size() > MOST) {
      fields.wrong(FILE, "must not come more than " + MOST + " times");
      return new Form(fields, List.of());
    }
    for (FormValue part : parts) {
      if (!part.isFileItem() || part.getFileName() == null) {
        fields.wrong(FILE, "must be a file with a name");
      } else if (part.getFileItem().getFileSize() > LARGEST) {
        throw ApiException.fields(
            ProblemCode.PAYLOAD_TOO_LARGE,
            "A file has 10 MiB at most.",
            List.of(new Problem.FieldError(FILE, "must have 10485760 bytes at most")));
      } else {
        upload(part, taken, fields).ifPresent(files::add);
      }
    }
    return new Form(fields, files);
  }

  private static Optional<Upload> upload(FormValue part, Set<String> taken, Fields fields)
      throws IOException {
    Optional<String> name = FileTypes.name(part.getFileName());
    if (name.isEmpty()) {
      fields.wrong(FILE, "must be one of " + FileTypes.NAMES);
      return Optional.empty();
    }
    Path content = part.getFileItem().getFile();
    long bytes = part.getFileItem().getFileSize();
    if (bytes == 0) {
      fields.wrong(FILE, "must not be empty: " + name.get());
      return Optional.empty();
    }
    if (!FileTypes.holds(name.get(), content)) {
      fields.wrong(FILE, "does not hold what its name says: " + name.get());
      return Optional.empty();
    }
    String free = free(name.get(), taken);
    return Optional.of(
        new Upload(free, FileTypes.mediaType(free), bytes, sha256(content), content));
  }

  /** Two files of one name, which cameras and clipboards make, become two names. */
  private static String free(String name, Set<String> taken) {
    int dot = name.lastIndexOf('.');
    String free = name;
    for (int i = 2; !taken.add(free.toLowerCase(Locale.ROOT)); i++) {
      free = name.substring(0, dot) + "-" + i + name.substring(dot);
    }
    return free;
  }

  private static String sha256(Path file) throws IOException {
    try (DigestInputStream content =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      content.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(content.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException impossible) { // every Java has it
      throw new IllegalStateException(impossible);
    }
  }
}
