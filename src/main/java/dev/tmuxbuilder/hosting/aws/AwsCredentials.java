package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.platform.Settings;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;

/**
 * Where credentials come from: the profile, else the SDK's chain; with a role, what that role gets.
 * They are read anew when they run out.
 */
final class AwsCredentials {
  /** The profile that may be missing: another one was named by somebody, who wants that one. */
  private static final String USUAL_PROFILE = "sunwaretech";

  private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost", "[::1]");

  private final AwsCredentialsProvider provider;

  /** Those by which the service itself acts. */
  AwsCredentials(Settings.Aws settings) {
    AwsCredentialsProvider own = own(settings);
    this.provider =
        settings.role().map(role -> assumed(settings, own, role, Optional.empty())).orElse(own);
  }

  /** Those of a tenant's role, which lets the service act for that tenant alone. */
  AwsCredentials(Settings.Aws settings, TenantId tenant, String role) {
    this.provider =
        assumed(settings, new AwsCredentials(settings).provider(), role, Optional.of(tenant));
  }

  private static AwsCredentialsProvider own(Settings.Aws settings) {
    boolean there = ProfileFile.defaultProfileFile().profile(settings.profile()).isPresent();
    if (there || !settings.profile().equals(USUAL_PROFILE)) {
      return ProfileCredentialsProvider.create(settings.profile());
    }
    return settings.endpoint().filter(AwsCredentials::isEmulator).isPresent()
        ? forAnEmulator()
        : DefaultCredentialsProvider.builder().build();
  }

  /** An emulator on this machine wants requests to be signed, and does not mind by whom. */
  private static AwsCredentialsProvider forAnEmulator() {
    return AwsCredentialsProviderChain.of(
        SystemPropertyCredentialsProvider.create(),
        EnvironmentVariableCredentialsProvider.create(),
        StaticCredentialsProvider.create(AwsBasicCredentials.create("emulator", "emulator")));
  }

  private static boolean isEmulator(URI endpoint) {
    return endpoint.getHost() != null && THIS_MACHINE.contains(endpoint.getHost());
  }

  private static AwsCredentialsProvider assumed(
      Settings.Aws settings, AwsCredentialsProvider own, String role, Optional<TenantId> tenant) {
    StsClientBuilder sts =
        StsClient.builder()
            .region(Region.of(settings.region()))
            .credentialsProvider(own)
            .httpClientBuilder(UrlConnectionHttpClient.builder());
    settings.endpoint().ifPresent(sts::endpointOverride);
    return StsAssumeRoleCredentialsProvider.builder()
        .stsClient(sts.build())
        .refreshRequest(
            request ->
                request
                    .roleArn(role)
                    .roleSessionName(tenant.map(id -> "tmux-builder-" + id).orElse("tmux-builder"))
                    .externalId(tenant.map(TenantId::toString).orElse(null)))
        .build();
  }

  AwsCredentialsProvider provider() {
    return provider;
  }

  /** Whether there are any; blocks for as long as the chain looks for them. */
  boolean areThere() {
    try {
      provider.resolveCredentials();
      return true;
    } catch (SdkException none) {
      return false;
    }
  }
}
