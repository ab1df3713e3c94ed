package dev.tmuxbuilder.hosting.aws;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Address;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;

/** What somebody with all rights sees in the emulator's account. */
public final class Account implements AutoCloseable {
  final S3Client s3;
  final CloudFrontClient cloudFront;
  final Ec2Client ec2;
  final IamClient iam;

  public Account(URI endpoint) {
    this(endpoint, AwsBasicCredentials.create("anybody", "anybody"));
  }

  Account(URI endpoint, AwsCredentialsIdentity identity) {
    StaticCredentialsProvider credentials =
        StaticCredentialsProvider.create(
            identity instanceof AwsSessionCredentials session
                ? session
                : AwsBasicCredentials.create(identity.accessKeyId(), identity.secretAccessKey()));
    s3 =
        S3Client.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(credentials)
            .httpClient(UrlConnectionHttpClient.create())
            .build();
    cloudFront =
        CloudFrontClient.builder()
            .endpointOverride(endpoint)
            .region(Region.AWS_GLOBAL)
            .credentialsProvider(credentials)
            .httpClient(UrlConnectionHttpClient.create())
            .build();
    ec2 =
        Ec2Client.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(credentials)
            .httpClient(UrlConnectionHttpClient.create())
            .build();
    iam =
        IamClient.builder()
            .endpointOverride(endpoint)
            .region(Region.AWS_GLOBAL)
            .credentialsProvider(credentials)
            .httpClient(UrlConnectionHttpClient.create())
            .build();
  }

  /** Somebody else's account: moto makes one for whoever takes on a role there. */
  static Account other(URI endpoint) {
    try (StsClient sts =
        StsClient.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("anybody", "anybody")))
            .httpClient(UrlConnectionHttpClient.create())
            .build()) {
      var given =
          sts.assumeRole(
                  role ->
                      role.roleArn("arn:aws:iam::222222222222:role/stranger")
                          .roleSessionName("stranger"))
              .credentials();
      return new Account(
          endpoint,
          AwsSessionCredentials.create(
              given.accessKeyId(), given.secretAccessKey(), given.sessionToken()));
    }
  }

  List<String> buckets() {
    return s3.listBuckets().buckets().stream().map(bucket -> bucket.name()).toList();
  }

  List<DistributionSummary> distributions() {
    return cloudFront.listDistributions(list -> {}).distributionList().items();
  }

  List<String> accessControls() {
    return cloudFront
        .listOriginAccessControls(list -> {})
        .originAccessControlList()
        .items()
        .stream()
        .map(item -> item.name())
        .toList();
  }

  /** Everything that is there, in words. */
  public List<String> everything() {
    List<String> all = new ArrayList<>();
    buckets().forEach(bucket -> all.add("bucket " + bucket));
    distributions().forEach(item -> all.add("distribution " + item.id()));
    accessControls().forEach(name -> all.add("access control " + name));
    instances().forEach(one -> all.add("machine " + one.instanceId()));
    addresses().forEach(one -> all.add("address " + one.allocationId()));
    groups().forEach(one -> all.add("security group " + one.groupName()));
    ec2.describeVolumes().volumes().forEach(one -> all.add("disk " + one.volumeId()));
    ec2.describeNetworkInterfaces()
        .networkInterfaces()
        .forEach(one -> all.add("network card " + one.networkInterfaceId()));
    iam.listRoles().roles().forEach(one -> all.add("role " + one.roleName()));
    iam.listInstanceProfiles()
        .instanceProfiles()
        .forEach(one -> all.add("instance profile " + one.instanceProfileName()));
    return all;
  }

  /** Those that were not ended. */
  List<Instance> instances() {
    return ec2.describeInstances().reservations().stream()
        .flatMap(reservation -> reservation.instances().stream())
        .filter(one -> one.state().name() != InstanceStateName.TERMINATED)
        .toList();
  }

  List<Address> addresses() {
    return ec2.describeAddresses().addresses();
  }

  /** But the one that each VPC comes with. */
  List<SecurityGroup> groups() {
    return ec2.describeSecurityGroups().securityGroups().stream()
        .filter(one -> !one.groupName().equals("default"))
        .toList();
  }

  /** Makes one that this service knows nothing of. */
  public void bucket(String name, Map<String, String> tags) {
    s3.createBucket(create -> create.bucket(name));
    if (!tags.isEmpty()) {
      s3.putBucketTagging(
          put ->
              put.bucket(name)
                  .tagging(
                      set ->
                          set.tagSet(
                              tags.entrySet().stream()
                                  .map(
                                      tag ->
                                          software.amazon.awssdk.services.s3.model.Tag.builder()
                                              .key(tag.getKey())
                                              .value(tag.getValue())
                                              .build())
                                  .toList())));
    }
  }

  Map<String, String> bucketTags(String bucket) {
    Map<String, String> tags = new TreeMap<>();
    s3.getBucketTagging(get -> get.bucket(bucket))
        .tagSet()
        .forEach(tag -> tags.put(tag.key(), tag.value()));
    return tags;
  }

  Map<String, String> distributionTags(String arn) {
    Map<String, String> tags = new TreeMap<>();
    cloudFront
        .listTagsForResource(list -> list.resource(arn))
        .tags()
        .items()
        .forEach(tag -> tags.put(tag.key(), tag.value()));
    return tags;
  }

  @Override
  public void close() {
    s3.close();
    cloudFront.close();
    ec2.close();
    iam.close();
  }
}
