package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.hosting.SiteObject.Content;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.Base64;
import java.util.HexFormat;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Reads and writes single objects of a bucket. */
record ObjectStore(S3AsyncClient s3, S3AsyncClient inParts, String bucket) {
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
