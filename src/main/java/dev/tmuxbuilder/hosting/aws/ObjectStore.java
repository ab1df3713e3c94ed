package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.SiteObject.Content;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Reads and writes single objects of a bucket. */
record ObjectStore(S3AsyncClient s3, S3AsyncClient inParts, String bucket) {
  /** What S3 takes in one call. */
  private static final int MOST_DELETED_AT_ONCE = 1000;

  static ObjectStore of(AwsClients aws, String bucket) {
    return new ObjectStore(aws.s3(), aws.s3InParts(), bucket);
  }

  /** For small objects: the whole is held in memory. */
  @CheckReturnValue
  Uni<byte[]> read(String stage, String key) {
    return Calls.make(
            stage,
            "s3:GetObject",
            () ->
                s3.getObject(
                    get -> get.bucket(bucket).key(key), AsyncResponseTransformer.toBytes()))
        .map(answer -> answer.asByteArray());
  }

  /**
   * An object that is there.
   *
   * @param written when, to the second
   */
  record Listed(String key, Instant written) {}

  /** All objects whose keys begin so. */
  @CheckReturnValue
  Uni<List<Listed>> list(String stage, String prefix) {
    return list(stage, prefix, null, new ArrayList<>());
  }

  private Uni<List<Listed>> list(
      String stage, String prefix, @Nullable String from, List<Listed> before) {
    return Calls.make(
            stage,
            "s3:ListBucket",
            () ->
                s3.listObjectsV2(
                    list -> list.bucket(bucket).prefix(prefix).continuationToken(from)))
        .chain(
            page -> {
              page.contents().forEach(one -> before.add(new Listed(one.key(), one.lastModified())));
              return Boolean.TRUE.equals(page.isTruncated())
                  ? list(stage, prefix, page.nextContinuationToken(), before)
                  : Uni.createFrom().item(before);
            });
  }

  /** Removes objects; their versions stay for as long as the bucket keeps old ones. */
  @CheckReturnValue
  Uni<Void> delete(String stage, List<String> keys) {
    return Multi.createFrom()
        .iterable(keys)
        .group()
        .intoLists()
        .of(MOST_DELETED_AT_ONCE)
        .onItem()
        .transformToUniAndConcatenate(some -> deleteAtOnce(stage, some))
        .collect()
        .last()
        .replaceWithVoid();
  }

  private Uni<Void> deleteAtOnce(String stage, List<String> keys) {
    List<ObjectIdentifier> these =
        keys.stream().map(key -> ObjectIdentifier.builder().key(key).build()).toList();
    return Calls.make(
            stage,
            "s3:DeleteObject",
            () ->
                s3.deleteObjects(
                    delete -> delete.bucket(bucket).delete(all -> all.objects(these).quiet(true))))
        .invoke(
            done -> {
              if (done.hasErrors() && !done.errors().isEmpty()) {
                throw StepFailure.retryable(
                    stage,
                    "objects_remain",
                    "s3:DeleteObject left %,d objects in %s: %s."
                        .formatted(done.errors().size(), bucket, done.errors().getFirst().code()),
                    "See that nothing locks these objects, and that the role or user has what"
                        + " deploy/aws/*.json lists.");
              }
            })
        .replaceWithVoid();
  }

  /**
   * Writes an object. S3 itself checks the digest of what arrives, except of large files, which
   * travel in parts that are checked one by one.
   */
  @CheckReturnValue
  Uni<Void> write(String stage, String key, Content content, Form form) {
    PutObjectRequest.Builder put =
        PutObjectRequest.builder()
            .bucket(bucket)
            .key(key)
            .contentType(form.type())
            .cacheControl(form.cache());
    if (!form.encoding().isEmpty()) {
      put.contentEncoding(form.encoding());
    }
    if (form.bytes() < StaticUpload.LARGE) {
      put.checksumSHA256(
          Base64.getEncoder().encodeToString(HexFormat.of().parseHex(form.sha256())));
    }
    S3AsyncClient client = form.bytes() < StaticUpload.LARGE ? s3 : inParts;
    return Calls.make(stage, "s3:PutObject", () -> client.putObject(put.build(), body(content)))
        .replaceWithVoid();
  }

  private static AsyncRequestBody body(Content content) {
    return switch (content) {
      case Content.Stored(var file) -> AsyncRequestBody.fromFile(file);
      case Content.Made(var bytes) -> AsyncRequestBody.fromBytes(bytes);
    };
  }

  /** Copies inside the bucket, with type and cache rule. */
  @CheckReturnValue
  Uni<Void> copy(String stage, String from, String to) {
    return Calls.make(
            stage,
            "s3:PutObject",
            () ->
                s3.copyObject(
                    copy ->
                        copy.sourceBucket(bucket)
                            .sourceKey(from)
                            .destinationBucket(bucket)
                            .destinationKey(to)))
        .replaceWithVoid();
  }
}
