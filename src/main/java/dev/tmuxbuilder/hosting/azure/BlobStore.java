package dev.tmuxbuilder.hosting.azure;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobAsyncClient;
import com.azure.storage.blob.BlobServiceAsyncClient;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobServiceProperties;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.models.ParallelTransferOptions;
import com.azure.storage.blob.models.StaticWebsite;
import com.azure.storage.blob.options.BlobBeginCopyOptions;
import com.azure.storage.blob.options.BlobUploadFromFileOptions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import com.azure.storage.blob.sas.BlobSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import com.azure.storage.common.sas.SasProtocol;
import dev.tmuxbuilder.hosting.SiteObject.Content;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import dev.tmuxbuilder.hosting.SiteObjects;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** The blobs of a session's account: what the website serves, and what only this service reads. */
record BlobStore(BlobServiceAsyncClient blobs) {
  /** The container that a storage account serves as a website. */
  static final String WEB = "$web";

  /** What this service keeps for itself. */
  static final String OWN = "releases";

  /** From here on a file travels in parts, and few such files at a time: the others are held. */
  static final long LARGE = 1L << 20;

  private static final long PART = 4L << 20;

  /** https://learn.microsoft.com/rest/api/storageservices/copy-blob-from-url */
  private static final long COPIED_AT_ONCE = 256L << 20;

  private static final Duration COPYING = Duration.ofHours(1);
  private static final Duration COPY_LOOK = Duration.ofMillis(200);
  private static final String WRITE =
      "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write";
  private static final String READ =
      "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read";

  /** Turns the website on and makes the containers, where that was not done. */
  @CheckReturnValue
  Uni<Void> prepare(String stage) {
    return Calls.make(
            stage, "Microsoft.Storage/storageAccounts/blobServices/read", blobs::getProperties)
        .chain(
            there ->
                isWebsite(there)
                    ? Uni.createFrom().voidItem()
                    : Calls.make(
                            stage,
                            "Microsoft.Storage/storageAccounts/blobServices/write",
                            () ->
                                blobs.setPropertiesWithResponse(
                                    new BlobServiceProperties().setStaticWebsite(website())))
                        .replaceWithVoid())
        .chain(() -> container(stage, WEB))
        .chain(() -> prepareOwn(stage));
  }

  /** Makes the container that only this service reads, where it is not there. */
  @CheckReturnValue
  Uni<Void> prepareOwn(String stage) {
    return container(stage, OWN);
  }

  /**
   * A blob that is there.
   *
   * @param written when, to the second
   */
  record Listed(String name, Instant written) {}

  /** All whose names begin so. */
  @CheckReturnValue
  Uni<List<Listed>> list(String stage, String container, String prefix) {
    return Calls.make(
        stage,
        READ,
        () ->
            blobs
                .getBlobContainerAsyncClient(container)
                .listBlobs(new ListBlobsOptions().setPrefix(prefix))
                .map(
                    one ->
                        new Listed(
                            one.getName(), one.getProperties().getLastModified().toInstant()))
                .collectList());
  }

  /** An address at which one blob can be read for so long, and no more. */
  String opened(String container, String key, Duration time) {
    BlobAsyncClient blob = blob(container, key);
    BlobServiceSasSignatureValues values =
        new BlobServiceSasSignatureValues(
            OffsetDateTime.now(ZoneOffset.UTC).plus(time),
            new BlobSasPermission().setReadPermission(true));
    if (blob.getBlobUrl().startsWith("https:")) {
      values.setProtocol(SasProtocol.HTTPS_ONLY);
    }
    return blob.getBlobUrl() + "?" + blob.generateSas(values);
  }

  private static StaticWebsite website() {
    return new StaticWebsite()
        .setEnabled(true)
        .setIndexDocument(SiteObjects.INDEX)
        .setErrorDocument404Path(SiteObjects.NOT_FOUND);
  }

  private static boolean isWebsite(BlobServiceProperties there) {
    StaticWebsite website = there.getStaticWebsite();
    return website != null
        && website.isEnabled()
        && SiteObjects.INDEX.equals(website.getIndexDocument())
        && SiteObjects.NOT_FOUND.equals(website.getErrorDocument404Path());
  }

  /** Whether the account still serves its website as it was told to. */
  @CheckReturnValue
  Uni<Boolean> servesWebsite(String stage) {
    return Calls.make(
            stage, "Microsoft.Storage/storageAccounts/blobServices/read", blobs::getProperties)
        .map(BlobStore::isWebsite);
  }

  private Uni<Void> container(String stage, String name) {
    String call = "Microsoft.Storage/storageAccounts/blobServices/containers/write";
    return Calls.make(stage, call, () -> blobs.getBlobContainerAsyncClient(name).exists())
        .chain(
            there ->
                there
                    ? Uni.createFrom().voidItem()
                    : Calls.raw(
                            () ->
                                blobs
                                    .getBlobContainerAsyncClient(name)
                                    .createWithResponse(null, null))
                        .onFailure(BlobStore::isThereAlready)
                        .recoverWithNull()
                        .onFailure()
                        .transform(failure -> AzureFailures.of(stage, call, failure))
                        .replaceWithVoid());
  }

  private static boolean isThereAlready(Throwable failure) {
    return failure instanceof BlobStorageException answer
        && BlobErrorCode.CONTAINER_ALREADY_EXISTS.equals(answer.getErrorCode());
  }

  private BlobAsyncClient blob(String container, String key) {
    return blobs.getBlobContainerAsyncClient(container).getBlobAsyncClient(key);
  }

  /** For small blobs: the whole is held in memory. */
  @CheckReturnValue
  Uni<Optional<byte[]>> read(String stage, String container, String key) {
    return Calls.find(
        stage, READ, () -> blob(container, key).downloadContent().map(BinaryData::toBytes));
  }

  @CheckReturnValue
  Uni<Void> write(String stage, String container, String key, Content content, Form form) {
    return switch (content) {
      case Content.Made(var bytes) -> whole(stage, container, key, bytes, form);
      case Content.Stored(var file) ->
          form.bytes() < LARGE
              ? VirtualThreads.<byte[]>call("read " + key, () -> Files.readAllBytes(file))
                  .onFailure()
                  .transform(failure -> AzureFailures.of(stage, WRITE, failure))
                  .chain(bytes -> whole(stage, container, key, bytes, form))
              : inParts(stage, container, key, file, form);
    };
  }

  /** Azure itself checks the digest of what arrives. */
  private Uni<Void> whole(String stage, String container, String key, byte[] bytes, Form form) {
    BlockBlobSimpleUploadOptions upload =
        new BlockBlobSimpleUploadOptions(BinaryData.fromBytes(bytes))
            .setHeaders(headers(form))
            .setContentMd5(md5(bytes));
    return Calls.make(
            stage,
            WRITE,
            () -> blob(container, key).getBlockBlobAsyncClient().uploadWithResponse(upload))
        .replaceWithVoid();
  }

  private Uni<Void> inParts(String stage, String container, String key, Path file, Form form) {
    BlobUploadFromFileOptions upload =
        new BlobUploadFromFileOptions(file.toString())
            .setHeaders(headers(form))
            .setParallelTransferOptions(
                new ParallelTransferOptions()
                    .setBlockSizeLong(PART)
                    .setMaxSingleUploadSizeLong(PART)
                    .setMaxConcurrency(4));
    return Calls.make(stage, WRITE, () -> blob(container, key).uploadFromFileWithResponse(upload))
        .replaceWithVoid();
  }

  private static BlobHttpHeaders headers(Form form) {
    BlobHttpHeaders headers =
        new BlobHttpHeaders().setContentType(form.type()).setCacheControl(form.cache());
    return form.encoding().isEmpty() ? headers : headers.setContentEncoding(form.encoding());
  }

  /**
   * Copies inside the account, with type and cache rule.
   *
   * @param bytes to be copied: up to a size it is one call, and beyond that Azure is waited for
   */
  @CheckReturnValue
  Uni<Void> copy(String stage, String container, String from, String to, long bytes) {
    return bytes <= COPIED_AT_ONCE
        ? Calls.make(
                stage,
                WRITE,
                () -> blob(container, to).copyFromUrl(opened(container, from, COPYING)))
            .replaceWithVoid()
        : Calls.make(
                stage,
                WRITE,
                () ->
                    Calls.ended(
                        blob(container, to)
                            .beginCopy(
                                new BlobBeginCopyOptions(blob(container, from).getBlobUrl())
                                    .setPollInterval(COPY_LOOK))))
            .replaceWithVoid();
  }

  @CheckReturnValue
  Uni<Void> delete(String stage, String container, String key) {
    return Calls.make(
            stage,
            "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete",
            () -> blob(container, key).deleteIfExists())
        .replaceWithVoid();
  }

  private static byte[] md5(byte[] bytes) {
    try {
      return MessageDigest.getInstance("MD5").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) { // every Java has it
      throw new IllegalStateException(impossible);
    }
  }
}
