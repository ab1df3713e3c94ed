package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.BucketLocationConstraint;
import software.amazon.awssdk.services.s3.model.CreateBucketConfiguration;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.Tag;

/** The bucket of one site. Every method looks before it acts and can be called again. */
final class Bucket {
  static final String TYPE = "AWS::S3::Bucket";

  private static final String US_EAST_1 = "us-east-1";

  private final S3AsyncClient s3;
  private final String name;
  private final String region;
  private final BucketSettings settings;
  private final ObjectStore store;

  Bucket(AwsClients aws, String name) {
    this.s3 = aws.s3();
    this.name = name;
    this.region = aws.region();
    this.settings = new BucketSettings(s3, name, aws.overTls());
    this.store = ObjectStore.of(aws, name);
  }

  String name() {
    return name;
  }

  ObjectStore store() {
    return store;
  }

  BucketSettings settings() {
    return settings;
  }

  /** Where CloudFront finds it. */
  String domainName() {
    return name + ".s3." + region + ".amazonaws.com";
  }

  /** Whether it is there and belongs to this account: only its own buckets are listed. */
  @CheckReturnValue
  Uni<Boolean> exists(String stage) {
    return Calls.make(stage, "s3:ListAllMyBuckets", () -> s3.listBuckets(list -> list.prefix(name)))
        .map(answer -> answer.buckets().stream().anyMatch(bucket -> bucket.name().equals(name)));
  }

  /**
   * Makes the bucket where it is missing, with its tags from the first moment.
   *
   * @return whether it was made now
   */
  @CheckReturnValue
  Uni<Boolean> ensure(String stage, Map<String, String> tags, Progress progress) {
    return exists(stage)
        .chain(
            there ->
                there
                    ? Uni.createFrom().item(false)
                    : create(stage, tags)
                        .invoke(() -> progress.info(stage, "Made the bucket " + name))
                        .replaceWith(true))
        .call(() -> set(stage, settings.all(stage), progress));
  }

  private Uni<Void> create(String stage, Map<String, String> tags) {
    CreateBucketConfiguration.Builder configuration =
        CreateBucketConfiguration.builder().tags(tagSet(tags));
    if (!region.equals(US_EAST_1)) {
      configuration.locationConstraint(BucketLocationConstraint.fromValue(region));
    }
    return Calls.raw(
            () ->
                s3.createBucket(
                    create ->
                        create
                            .bucket(name)
                            .objectOwnership(ObjectOwnership.BUCKET_OWNER_ENFORCED)
                            .createBucketConfiguration(configuration.build())))
        .onFailure(failure -> AwsFailures.hasCode(failure, "BucketAlreadyOwnedByYou"))
        .recoverWithNull()
        .onFailure(failure -> AwsFailures.hasCode(failure, "BucketAlreadyExists"))
        .transform(failure -> taken(stage).causedBy(failure))
        .onFailure()
        .transform(failure -> AwsFailures.of(stage, "s3:CreateBucket", failure))
        .chain(() -> tagOrRemove(stage, tags));
  }

  private Uni<Void> tagOrRemove(String stage, Map<String, String> tags) {
    return ensureTags(stage, tags)
        .replaceWithVoid()
        .onFailure()
        .call(
            () ->
                Calls.raw(() -> s3.deleteBucket(delete -> delete.bucket(name)))
                    .onFailure()
                    .recoverWithNull()); // what kept the tags away is what the reader must hear of
  }

  private StepFailure taken(String stage) {
    return StepFailure.permanent(
        stage,
        "bucket_name_taken",
        "The bucket name " + name + " belongs to another AWS account.",
        "Create the site again: a new session gets a new name.");
  }

  /**
   * Sees to it that the bucket carries the tags; those of others stay.
   *
   * @return all tags that are on it then
   */
  @CheckReturnValue
  Uni<Map<String, String>> ensureTags(String stage, Map<String, String> wanted) {
    return tags(stage)
        .chain(
            there -> {
              if (AwsTags.carries(there, wanted)) {
                return Uni.createFrom().item(there);
              }
              Map<String, String> merged = AwsTags.merged(there, wanted);
              return Calls.make(
                      stage,
                      "s3:PutBucketTagging",
                      () ->
                          s3.putBucketTagging(
                              put -> put.bucket(name).tagging(set -> set.tagSet(tagSet(merged)))))
                  .replaceWith(merged);
            });
  }

  @CheckReturnValue
  Uni<Map<String, String>> tags(String stage) {
    return Calls.raw(() -> s3.getBucketTagging(get -> get.bucket(name)))
        .<Map<String, String>>map(
            answer -> {
              Map<String, String> tags = new TreeMap<>();
              answer.tagSet().forEach(tag -> tags.put(tag.key(), tag.value()));
              return tags;
            })
        .onFailure(failure -> AwsFailures.hasCode(failure, "NoSuchTagSet"))
        .recoverWithItem(Map.of())
        .onFailure()
        .transform(failure -> AwsFailures.of(stage, "s3:GetBucketTagging", failure));
  }

  private static List<Tag> tagSet(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  /** Writes those settings that are not as they should be. */
  @CheckReturnValue
  Uni<Void> set(String stage, List<BucketSettings.Setting> wanted, Progress progress) {
    return Multi.createFrom()
        .iterable(wanted)
        .onItem()
        .transformToUni(
            setting ->
                setting
                    .isSo()
                    .get()
                    .chain(
                        so ->
                            so
                                ? Uni.createFrom().voidItem()
                                : setting
                                    .set()
                                    .get()
                                    .invoke(
                                        () -> progress.info(stage, name + ": " + setting.name()))))
        .merge(wanted.size())
        .collect()
        .last()
        .replaceWithVoid();
  }

  /** The settings that are not as they should be, in words. */
  @CheckReturnValue
  Uni<List<String>> unset(String stage, Optional<String> distributionArn) {
    List<BucketSettings.Setting> all = new ArrayList<>(settings.all(stage));
    distributionArn.ifPresent(arn -> all.add(settings.policy(stage, arn)));
    return Multi.createFrom()
        .iterable(all)
        .onItem()
        .transformToUniAndConcatenate(
            setting -> setting.isSo().get().map(so -> so ? "" : "no longer so: " + setting.name()))
        .select()
        .where(name -> !name.isEmpty())
        .collect()
        .asList();
  }

  /** The release whose digest begins so, if its manifest is there. */
  @CheckReturnValue
  Uni<Optional<Manifest>> manifest(String stage, String artifactSha256Start) {
    return Calls.make(
            stage,
            "s3:ListBucket",
            () ->
                s3.listObjectsV2(
                    list -> list.bucket(name).prefix(Keys.MANIFESTS + artifactSha256Start)))
        .chain(
            answer ->
                answer.contents().isEmpty()
                    ? Uni.createFrom().item(Optional.empty())
                    : store
                        .read(stage, answer.contents().getFirst().key())
                        .map(Manifests::parse)
                        .map(Optional::of));
  }

  /** Removes the bucket with every version of every object. */
  @CheckReturnValue
  Uni<Void> remove(String stage, Progress progress) {
    return exists(stage)
        .chain(
            there ->
                there
                    ? abortUploads(stage)
                        .chain(() -> empty(stage, progress, 0))
                        .chain(() -> deleteBucket(stage))
                        .invoke(() -> progress.info(stage, "Removed the bucket " + name))
                    : Uni.createFrom().voidItem());
  }

  private Uni<Void> deleteBucket(String stage) {
    return Calls.raw(() -> s3.deleteBucket(delete -> delete.bucket(name)))
        .onFailure(AwsFailures::isGone)
        .recoverWithNull()
        .onFailure()
        .transform(failure -> AwsFailures.of(stage, "s3:DeleteBucket", failure))
        .replaceWithVoid();
  }

  private Uni<Void> abortUploads(String stage) {
    return Calls.make(
            stage,
            "s3:ListBucketMultipartUploads",
            () -> s3.listMultipartUploads(list -> list.bucket(name)))
        .chain(
            answer ->
                Multi.createFrom()
                    .iterable(answer.uploads())
                    .onItem()
                    .transformToUniAndConcatenate(
                        upload ->
                            Calls.make(
                                stage,
                                "s3:AbortMultipartUpload",
                                () ->
                                    s3.abortMultipartUpload(
                                        abort ->
                                            abort
                                                .bucket(name)
                                                .key(upload.key())
                                                .uploadId(upload.uploadId()))))
                    .collect()
                    .last()
                    .replaceWithVoid());
  }

  private Uni<Void> empty(String stage, Progress progress, int removed) {
    return Calls.make(
            stage, "s3:ListBucketVersions", () -> s3.listObjectVersions(list -> list.bucket(name)))
        .chain(
            answer -> {
              List<ObjectIdentifier> all = identifiers(answer);
              if (all.isEmpty()) {
                return Uni.createFrom().voidItem();
              }
              progress.info(
                  stage,
                  "Removing objects: %,d so far".formatted(removed + all.size()),
                  Map.of("objects", removed + all.size()));
              return Calls.make(
                      stage,
                      "s3:DeleteObject",
                      () ->
                          s3.deleteObjects(
                              delete ->
                                  delete
                                      .bucket(name)
                                      .delete(these -> these.objects(all).quiet(true))))
                  .chain(
                      done ->
                          done.hasErrors() && !done.errors().isEmpty()
                              ? Uni.createFrom().failure(notDeleted(stage, done.errors()))
                              : empty(stage, progress, removed + all.size()));
            });
  }

  private StepFailure notDeleted(String stage, List<S3Error> errors) {
    String first = errors.getFirst().code();
    String what =
        "s3:DeleteObjectVersion left %,d objects in %s: %s.".formatted(errors.size(), name, first);
    return first.equals("AccessDenied")
        ? StepFailure.permanent(
            stage,
            "permission_missing",
            what,
            "Give the role or user what deploy/aws/*.json lists, then destroy again.")
        : StepFailure.retryable(
            stage, "objects_remain", what, "Destroy again; see that nothing locks these objects.");
  }

  private static List<ObjectIdentifier> identifiers(ListObjectVersionsResponse answer) {
    return Stream.concat(
            answer.versions().stream()
                .map(
                    version ->
                        ObjectIdentifier.builder()
                            .key(version.key())
                            .versionId(version.versionId())
                            .build()),
            answer.deleteMarkers().stream()
                .map(
                    marker ->
                        ObjectIdentifier.builder()
                            .key(marker.key())
                            .versionId(marker.versionId())
                            .build()))
        .limit(1000)
        .toList();
  }
}
