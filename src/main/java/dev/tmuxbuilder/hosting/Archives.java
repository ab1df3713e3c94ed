package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.SiteObject.Content;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * The releases of a dynamic site in its cloud's store: one archive each, {@code
 * archive-{digest}-{processor}.tar.gz}.
 */
public record Archives(ArchiveStore store) {
  /** What the name of every archive begins with. */
  public static final String PREFIX = "archive-";

  private static final String ENTRY = "server.mjs";
  private static final String ENDING = ".tar.gz";

  /** Where a release lies and what it runs on. */
  public record Stored(String name, Chip chip) {}

  @CheckReturnValue
  public Uni<Optional<Stored>> find(String stage, String artifactSha256) {
    String prefix = prefix(artifactSha256);
    return store
        .names(stage, prefix)
        .map(
            names ->
                names.stream()
                    .filter(name -> name.endsWith(ENDING))
                    .findFirst()
                    .map(
                        name ->
                            new Stored(
                                name,
                                Chip.of(
                                    name.substring(
                                        prefix.length(), name.length() - ENDING.length())))));
  }

  /** The digest in an archive's name. */
  static String release(String name) {
    return name.substring(PREFIX.length(), name.indexOf('-', PREFIX.length()));
  }

  private static String prefix(String artifactSha256) {
    return PREFIX + artifactSha256 + "-";
  }

  /** Packs and uploads a release that is not there yet. */
  @CheckReturnValue
  public Uni<Void> bring(Artifact artifact, Progress progress) {
    String stage = "upload";
    if (artifact.files().stream().noneMatch(file -> file.path().equals(ENTRY))) {
      return Uni.createFrom()
          .failure(
              StepFailure.permanent(
                  stage,
                  "no_entry",
                  "The site has no “" + ENTRY + "” at its root.",
                  "A dynamic site starts there; add the file and deploy again."));
    }
    return find(stage, artifact.sha256())
        .chain(
            there -> {
              if (there.isPresent()) {
                progress.info(
                    stage,
                    "This release is here already: %d files".formatted(artifact.files().size()),
                    Map.of("artifact_sha256", artifact.sha256(), "uploaded_files", 0));
                return Uni.createFrom().voidItem();
              }
              return pack(stage, artifact)
                  .chain(packed -> upload(stage, artifact, packed, progress));
            });
  }

  private record Packed(Bundle bundle, Chip chip, String sha256, long bytes) {}

  private Uni<Packed> pack(String stage, Artifact artifact) {
    return store
        .<Packed>apart(
            "pack " + artifact.sha256(),
            () -> {
              Chip chip = Chip.forArtifact(artifact);
              Bundle bundle = Bundle.of(artifact);
              return new Packed(bundle, chip, sha256(bundle.file()), Files.size(bundle.file()));
            })
        .onFailure(IOException.class)
        .transform(
            failure ->
                StepFailure.retryable(
                        stage,
                        "disk_failed",
                        "The release could not be packed: " + failure.getMessage(),
                        "See that the temporary directory can be written to and has room.")
                    .causedBy(failure));
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        DigestInputStream digest =
            new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      digest.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException impossible) { // every Java has it
      throw new IllegalStateException(impossible);
    }
  }

  private Uni<Void> upload(String stage, Artifact artifact, Packed packed, Progress progress) {
    long since = System.nanoTime();
    String name = prefix(artifact.sha256()) + packed.chip().wire() + ENDING;
    return store
        .write(
            stage,
            name,
            new Content.Stored(packed.bundle().file()),
            new Form(packed.sha256(), packed.bytes(), "application/gzip", "no-store", ""))
        .invoke(
            () -> {
              long millis = Math.max(1, (System.nanoTime() - since) / 1_000_000);
              progress.info(
                  stage,
                  "The release has %,d files, %,d bytes; packed, %,d bytes travelled in %,d ms"
                      .formatted(artifact.files().size(), artifact.bytes(), packed.bytes(), millis),
                  Map.of(
                      "files", artifact.files().size(),
                      "bytes", artifact.bytes(),
                      "uploaded_files", 1,
                      "uploaded_bytes", packed.bytes(),
                      "duration_ms", millis,
                      "bytes_per_second", packed.bytes() * 1000 / millis,
                      "processor", packed.chip().wire(),
                      "artifact_sha256", artifact.sha256()));
            })
        .eventually(() -> discard(packed));
  }

  private static void discard(Packed packed) {
    try {
      packed.bundle().close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
