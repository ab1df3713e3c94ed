package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.platform.Settings;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.instrumentation.awssdk.v2_2.AwsSdkTelemetry;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import software.amazon.awssdk.awscore.client.builder.AwsAsyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.cloudfront.CloudFrontAsyncClient;
import software.amazon.awssdk.services.costexplorer.CostExplorerAsyncClient;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.iam.IamAsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.ssm.SsmAsyncClient;
import software.amazon.awssdk.services.sts.StsAsyncClient;

/**
 * The SDK's clients by which one principal acts. Making them takes a moment and loads a good part
 * of the SDK, so that is left until they are wanted. Answers arrive on virtual threads.
 */
final class AwsClients implements AutoCloseable {
  private static final long PART = 8L << 20;
  private static final int ATTEMPTS = 5;

  private final AwsCredentials credentials;
  private final Connections connections;
  private final Optional<URI> endpoint;
  private final Region region;
  private final AwsSdkTelemetry telemetry = AwsSdkTelemetry.create(GlobalOpenTelemetry.get());
  private final S3AsyncClient s3;
  private final S3AsyncClient s3InParts;
  private final CloudFrontAsyncClient cloudFront;
  private final StsAsyncClient sts;
  private final Late<Ec2AsyncClient> ec2;
  private final Late<Ec2AsyncClient> ec2Once;
  private final Late<SsmAsyncClient> ssm;
  private final Late<IamAsyncClient> iam;
  private final Late<CostExplorerAsyncClient> costs;

  AwsClients(Settings.Aws settings, AwsCredentials credentials, Connections connections) {
    this.credentials = credentials;
    this.endpoint = settings.endpoint();
    this.region = Region.of(settings.region());
    this.connections = connections;
    this.s3 =
        base(S3AsyncClient.builder(), region, Duration.ofMinutes(5))
            .forcePathStyle(endpoint.isPresent())
            .build();
    this.s3InParts =
        base(S3AsyncClient.builder(), region, Duration.ofMinutes(5))
            .forcePathStyle(endpoint.isPresent())
            .multipartEnabled(true)
            .multipartConfiguration(
                parts ->
                    parts
                        .thresholdInBytes(StaticUpload.LARGE)
                        .minimumPartSizeInBytes(PART)
                        .apiCallBufferSizeInBytes(4 * PART))
            .build();
    this.cloudFront =
        base(CloudFrontAsyncClient.builder(), Region.AWS_GLOBAL, Duration.ofSeconds(40)).build();
    this.sts = base(StsAsyncClient.builder(), region, Duration.ofSeconds(20)).build();
    this.ec2 =
        new Late<>(() -> base(Ec2AsyncClient.builder(), region, Duration.ofSeconds(40)).build());
    this.ec2Once =
        new Late<>(
            () ->
                base(
                        Ec2AsyncClient.builder(),
                        region,
                        Duration.ofSeconds(40),
                        AwsRetryStrategy.doNotRetry())
                    .build());
    this.ssm =
        new Late<>(() -> base(SsmAsyncClient.builder(), region, Duration.ofSeconds(40)).build());
    this.iam =
        new Late<>(
            () ->
                base(IamAsyncClient.builder(), Region.AWS_GLOBAL, Duration.ofSeconds(40)).build());
    this.costs =
        new Late<>(
            () ->
                base(
                        CostExplorerAsyncClient.builder(),
                        Region.US_EAST_1, // it answers nowhere else
                        Duration.ofSeconds(60))
                    .build());
  }

  private <B extends AwsClientBuilder<B, C> & AwsAsyncClientBuilder<B, C>, C> B base(
      B builder, Region where, Duration attempt) {
    return base(
        builder,
        where,
        attempt,
        AwsRetryStrategy.standardRetryStrategy().toBuilder().maxAttempts(ATTEMPTS).build());
  }

  private <B extends AwsClientBuilder<B, C> & AwsAsyncClientBuilder<B, C>, C> B base(
      B builder, Region where, Duration attempt, RetryStrategy retries) {
    endpoint.ifPresent(builder::endpointOverride);
    return builder
        .region(where)
        .credentialsProvider(credentials.provider())
        .httpClient(connections.http())
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .retryStrategy(retries)
                .apiCallAttemptTimeout(attempt)
                .addExecutionInterceptor(new WithoutAsking())
                .addExecutionInterceptor(telemetry.newExecutionInterceptor())
                .build())
        .asyncConfiguration(
            async ->
                async.advancedOption(
                    SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR,
                    connections.answers()));
  }

  S3AsyncClient s3() {
    return s3;
  }

  /** For large objects: they travel in parts, several at a time. */
  S3AsyncClient s3InParts() {
    return s3InParts;
  }

  CloudFrontAsyncClient cloudFront() {
    return cloudFront;
  }

  StsAsyncClient sts() {
    return sts;
  }

  Ec2AsyncClient ec2() {
    return ec2.get();
  }

  /** For calls that must not come twice: it never tries again by itself. */
  Ec2AsyncClient ec2Once() {
    return ec2Once.get();
  }

  SsmAsyncClient ssm() {
    return ssm.get();
  }

  IamAsyncClient iam() {
    return iam.get();
  }

  CostExplorerAsyncClient costs() {
    return costs.get();
  }

  /** In AWS' spelling. */
  String region() {
    return region.id().toLowerCase(Locale.ROOT);
  }

  boolean overTls() {
    return endpoint.filter(address -> "http".equals(address.getScheme())).isEmpty();
  }

  @Override
  public void close() {
    s3.close();
    s3InParts.close();
    cloudFront.close();
    sts.close();
    List.of(ec2, ec2Once, ssm, iam, costs).forEach(Late::close);
  }
}
