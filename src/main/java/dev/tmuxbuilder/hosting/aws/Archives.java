package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.SiteObject.Content;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import dev.tmuxbuilder.platform.VirtualThreads;
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
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * The releases of a dynamic site in its bucket: one archive each, {@code
 * archive-{digest}-{processor}.tar.gz}.
 */
final class Archives {
  private static final String ENDING = ".tar.gz";

  private final S3AsyncClient s3;
  private final String bucket;
  private final ObjectStore store;

  Archives(AwsClients aws, Bucket bucket) {
    this.s3 = aws.s3();
    this.bucket = bucket.name();
    this.store = bucket.store();
  }

  /** Where a release lies and what it runs on. */
  record Stored(String key, Chip chip) {}

  @CheckReturnValue
  Uni<Optional<Stored>> find(String stage, String artifactSha256) {
    String prefix = prefix(artifactSha256);
    return Calls.make(
            stage,
            "s3:ListBucket",
            () -> s3.listObjectsV2(list -> list.bucket(bucket).prefix(prefix)))
        .map(
            answer ->
                answer.contents().stream()
                    .map(object -> object.key())
                    .filter(key -> key.endsWith(ENDING))
                    .findFirst()
                    .map(
                        key ->
                            new Stored(
                                key,
                                Chip.of(
                                    key.substring(
                                        prefix.length(), key.length() - ENDING.length())))));
  }

  private static String prefix(String artifactSha256) {
    return Keys.ARCHIVES + artifactSha256 + "-";
  }

  /** Packs and uploads a release that is not there yet. */
  @CheckReturnValue
  Uni<Void> bring(Artifact artifact, Progress progress) {
    String stage = "upload";
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

  private static Uni<Packed> pack(String stage, Artifact artifact) {
    return VirtualThreads.<Packed>call(
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
    String key = prefix(artifact.sha256()) + packed.chip().wire() + ENDING;
    return store
        .write(
            stage,
            key,
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
