package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.hosting.KeyService;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.arns.Arn;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsAsyncClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;

/** AWS' Key Management Service. The SDK is loaded and credentials are looked for at a call. */
@Singleton
final class AwsKeys implements KeyService {
  private static final String STAGE = "master key";
  private static final Duration ATTEMPT = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofSeconds(20);

  /** Goes into what is wrapped: it opens for nothing else. */
  private static final Map<String, String> CONTEXT = Map.of("use", "tmux-builder master key");

  private final Settings.Aws settings;
  private final Late<Connections> connections;
  private final Map<Region, KmsAsyncClient> clients = new ConcurrentHashMap<>();

  @Inject
  AwsKeys(Settings settings) {
    this.settings = settings.aws();
    this.connections = new Late<>(() -> new Connections(settings.aws()));
  }

  @PreDestroy
  void close() {
    clients.values().forEach(KmsAsyncClient::close);
    connections.close();
  }

  @Override
  public Uni<Wrapped> make(String by) {
    return Calls.make(
            STAGE,
            "kms:GenerateDataKey",
            () ->
                client(by)
                    .generateDataKey(
                        key ->
                            key.keyId(by).keySpec(DataKeySpec.AES_256).encryptionContext(CONTEXT)))
        .map(
            made ->
                new Wrapped(
                    made.plaintext().asByteArray(),
                    made.keyId(),
                    made.ciphertextBlob().asByteArray()));
  }

  @Override
  public Uni<byte[]> open(String by, byte[] wrapped) {
    return Calls.make(
            STAGE,
            "kms:Decrypt",
            () ->
                client(by)
                    .decrypt(
                        blob ->
                            blob.keyId(by)
                                .ciphertextBlob(SdkBytes.fromByteArray(wrapped))
                                .encryptionContext(CONTEXT)))
        .map(opened -> opened.plaintext().asByteArray());
  }

  /** A key is asked where it is: its ARN says so, an alias or an id is of our own region. */
  private KmsAsyncClient client(String by) {
    String region =
        by.startsWith("arn:")
            ? Arn.fromString(by).region().orElse(settings.region())
            : settings.region();
    return clients.computeIfAbsent(Region.of(region), this::made);
  }

  private KmsAsyncClient made(Region region) {
    var builder =
        KmsAsyncClient.builder()
            .region(region)
            .credentialsProvider(new AwsCredentials(settings).provider())
            .httpClient(connections.get().http())
            .overrideConfiguration(
                calls -> calls.apiCallAttemptTimeout(ATTEMPT).apiCallTimeout(LONGEST))
            .asyncConfiguration(
                async ->
                    async.advancedOption(
                        SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR,
                        connections.get().answers()));
    settings.endpoint().ifPresent(builder::endpointOverride);
    return builder.build();
  }
}
