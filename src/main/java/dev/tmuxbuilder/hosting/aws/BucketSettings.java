package dev.tmuxbuilder.hosting.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tmuxbuilder.execution.Json;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;
import software.amazon.awssdk.services.s3.model.PublicAccessBlockConfiguration;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * How a site's bucket is set: private, encrypted, versioned, owned by its account alone. Each
 * setting is read first and written only where it is not so, because a redeploy should not write.
 */
final class BucketSettings {
  private static final String LIFECYCLE = "tmux-builder-tidy";
  private static final int DAYS_OF_OLD_VERSIONS = 30;

  private final S3AsyncClient s3;
  private final String bucket;
  private final boolean overTls;

  /**
   * @param overTls whether this service itself comes with TLS: it should not shut itself out
   */
  BucketSettings(S3AsyncClient s3, String bucket, boolean overTls) {
    this.s3 = s3;
    this.bucket = bucket;
    this.overTls = overTls;
  }

  /**
   * One setting.
   *
   * @param name in words, for watchers and for who looks for changes by hand
   */
  record Setting(String name, Supplier<Uni<Boolean>> isSo, Supplier<Uni<Void>> set) {}

  /** All but the policy, which names the distribution. */
  List<Setting> all(String stage) {
    return List.of(
        setting(
            stage,
            "public access is blocked",
            "s3:GetBucketPublicAccessBlock",
            () -> s3.getPublicAccessBlock(get -> get.bucket(bucket)),
            answer -> blocked(answer.publicAccessBlockConfiguration()),
            "s3:PutBucketPublicAccessBlock",
            () ->
                s3.putPublicAccessBlock(
                    put ->
                        put.bucket(bucket)
                            .publicAccessBlockConfiguration(
                                block ->
                                    block
                                        .blockPublicAcls(true)
                                        .ignorePublicAcls(true)
                                        .blockPublicPolicy(true)
                                        .restrictPublicBuckets(true)))),
        setting(
            stage,
            "the owner of the bucket owns every object",
            "s3:GetBucketOwnershipControls",
            () -> s3.getBucketOwnershipControls(get -> get.bucket(bucket)),
            answer ->
                answer.ownershipControls().rules().stream()
                    .anyMatch(
                        rule -> rule.objectOwnership() == ObjectOwnership.BUCKET_OWNER_ENFORCED),
            "s3:PutBucketOwnershipControls",
            () ->
                s3.putBucketOwnershipControls(
                    put ->
                        put.bucket(bucket)
                            .ownershipControls(
                                controls ->
                                    controls.rules(
                                        rule ->
                                            rule.objectOwnership(
                                                ObjectOwnership.BUCKET_OWNER_ENFORCED))))),
        setting(
            stage,
            "objects are encrypted",
            "s3:GetEncryptionConfiguration",
            () -> s3.getBucketEncryption(get -> get.bucket(bucket)),
            answer -> answer.serverSideEncryptionConfiguration().hasRules(),
            "s3:PutEncryptionConfiguration",
            () ->
                s3.putBucketEncryption(
                    put ->
                        put.bucket(bucket)
                            .serverSideEncryptionConfiguration(
                                configuration ->
                                    configuration.rules(
                                        rule ->
                                            rule.applyServerSideEncryptionByDefault(
                                                by ->
                                                    by.sseAlgorithm(
                                                        ServerSideEncryption.AES256)))))),
        setting(
            stage,
            "objects are versioned",
            "s3:GetBucketVersioning",
            () -> s3.getBucketVersioning(get -> get.bucket(bucket)),
            answer -> answer.status() == BucketVersioningStatus.ENABLED,
            "s3:PutBucketVersioning",
            () ->
                s3.putBucketVersioning(
                    put ->
                        put.bucket(bucket)
                            .versioningConfiguration(
                                versioning -> versioning.status(BucketVersioningStatus.ENABLED)))),
        setting(
            stage,
            "old versions and broken uploads are tidied away",
            "s3:GetLifecycleConfiguration",
            () -> s3.getBucketLifecycleConfiguration(get -> get.bucket(bucket)),
            answer -> answer.rules().stream().anyMatch(rule -> LIFECYCLE.equals(rule.id())),
            "s3:PutLifecycleConfiguration",
            () ->
                s3.putBucketLifecycleConfiguration(
                    put ->
                        put.bucket(bucket).lifecycleConfiguration(rules -> rules.rules(tidy())))));
  }

  /** Lets one distribution read, and nobody at all without TLS. */
  Setting policy(String stage, String distributionArn) {
    String policy = policyText(distributionArn);
    return setting(
        stage,
        "the distribution may read, and it alone",
        "s3:GetBucketPolicy",
        () -> s3.getBucketPolicy(get -> get.bucket(bucket)),
        answer -> same(answer.policy(), policy),
        "s3:PutBucketPolicy",
        () -> s3.putBucketPolicy(put -> put.bucket(bucket).policy(policy)));
  }

  private <A, B> Setting setting(
      String stage,
      String name,
      String getCall,
      Supplier<CompletableFuture<A>> get,
      Function<A, Boolean> isSo,
      String putCall,
      Supplier<CompletableFuture<B>> put) {
    return new Setting(
        name,
        () ->
            Calls.raw(get)
                .map(isSo)
                .onFailure(BucketSettings::isUnset)
                .recoverWithItem(false)
                .onFailure()
                .transform(failure -> AwsFailures.of(stage, getCall, failure)),
        () -> Calls.make(stage, putCall, put).replaceWithVoid());
  }

  /** 404 says both: the setting is not there, or the bucket is not. */
  private static boolean isUnset(Throwable failure) {
    return AwsFailures.isGone(failure) && !AwsFailures.hasCode(failure, "NoSuchBucket");
  }

  private static boolean blocked(PublicAccessBlockConfiguration block) {
    return Boolean.TRUE.equals(block.blockPublicAcls())
        && Boolean.TRUE.equals(block.ignorePublicAcls())
        && Boolean.TRUE.equals(block.blockPublicPolicy())
        && Boolean.TRUE.equals(block.restrictPublicBuckets());
  }

  private static LifecycleRule tidy() {
    return LifecycleRule.builder()
        .id(LIFECYCLE)
        .status(ExpirationStatus.ENABLED)
        .filter(filter -> filter.prefix(""))
        .noncurrentVersionExpiration(old -> old.noncurrentDays(DAYS_OF_OLD_VERSIONS))
        .abortIncompleteMultipartUpload(broken -> broken.daysAfterInitiation(1))
        .build();
  }

  private String policyText(String distributionArn) {
    String arn = "arn:aws:s3:::" + bucket;
    Map<String, Object> onlyThisDistribution =
        Map.of("StringEquals", Map.of("AWS:SourceArn", distributionArn));
    List<Map<String, Object>> statements = new ArrayList<>();
    statements.add(
        Map.of(
            "Sid",
            "CloudFrontReads",
            "Effect",
            "Allow",
            "Principal",
            Map.of("Service", "cloudfront.amazonaws.com"),
            "Action",
            "s3:GetObject",
            "Resource",
            arn + "/" + Keys.RELEASES + "*",
            "Condition",
            onlyThisDistribution));
    statements.add(
        Map.of(
            "Sid",
            "CloudFrontSeesWhatIsMissing",
            "Effect",
            "Allow",
            "Principal",
            Map.of("Service", "cloudfront.amazonaws.com"),
            "Action",
            "s3:ListBucket",
            "Resource",
            arn,
            "Condition",
            onlyThisDistribution));
    if (overTls) {
      statements.add(
          Map.of(
              "Sid", "NobodyWithoutTls",
              "Effect", "Deny",
              "Principal", "*",
              "Action", "s3:*",
              "Resource", List.of(arn, arn + "/*"),
              "Condition", Map.of("Bool", Map.of("aws:SecureTransport", "false"))));
    }
    return Json.canonical(Map.of("Version", "2012-10-17", "Statement", statements));
  }

  private static boolean same(String policy, String wanted) {
    try {
      return Json.canonical(Json.mapper().readTree(policy)).equals(wanted);
    } catch (JsonProcessingException notJson) {
      return false;
    }
  }
}
