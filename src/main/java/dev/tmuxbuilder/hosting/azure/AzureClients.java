package dev.tmuxbuilder.hosting.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.resourcemanager.cdn.fluent.CdnManagementClient;
import com.azure.resourcemanager.cdn.implementation.CdnManagementClientBuilder;
import com.azure.resourcemanager.resources.fluent.ResourceManagementClient;
import com.azure.resourcemanager.resources.implementation.ResourceManagementClientBuilder;
import com.azure.resourcemanager.storage.fluent.StorageManagementClient;
import com.azure.resourcemanager.storage.implementation.StorageManagementClientBuilder;
import com.azure.storage.blob.BlobServiceAsyncClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.common.StorageSharedKeyCredential;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import dev.tmuxbuilder.hosting.azure.AzurePipeline.Subscription;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The SDK's clients for one subscription. */
final class AzureClients {
  private static final Duration VISIT = Duration.ofSeconds(10);

  private final HttpClient http;
  private final CallSpans spans;
  private final Subscription subscription;
  private final Settings.Azure settings;
  private final ResourceManagementClient resources;
  private final StorageManagementClient storage;
  private final CdnManagementClient cdn;
  private final Rest rest;

  AzureClients(AzurePipeline way, Subscription subscription, Settings.Azure settings) {
    this.http = way.http();
    this.spans = way.spans();
    this.subscription = subscription;
    this.settings = settings;
    this.rest = new Rest(way.pipeline(), way.endpoint());
    this.resources =
        new ResourceManagementClientBuilder()
            .pipeline(way.pipeline())
            .endpoint(way.endpoint())
            .subscriptionId(subscription.id())
            .buildClient();
    this.storage =
        new StorageManagementClientBuilder()
            .pipeline(way.pipeline())
            .endpoint(way.endpoint())
            .subscriptionId(subscription.id())
            .buildClient();
    this.cdn =
        new CdnManagementClientBuilder()
            .pipeline(way.pipeline())
            .endpoint(way.endpoint())
            .subscriptionId(subscription.id())
            .defaultPollInterval(settings.pause())
            .buildClient();
  }

  Subscription subscription() {
    return subscription;
  }

  ResourceManagementClient resources() {
    return resources;
  }

  StorageManagementClient storage() {
    return storage;
  }

  Rest rest() {
    return rest;
  }

  CdnManagementClient cdn() {
    return cdn;
  }

  /**
   * @param key one of the account's own; it is kept nowhere
   */
  BlobServiceAsyncClient blobs(String endpoint, String account, String key) {
    return new BlobServiceClientBuilder()
        .endpoint(endpoint)
        .credential(new StorageSharedKeyCredential(account, key))
        .httpClient(http)
        .addPolicy(spans)
        .retryOptions(
            new RequestRetryOptions(
                RetryPolicyType.EXPONENTIAL,
                AzurePipeline.TRIES,
                Duration.ofMinutes(5),
                settings.pause().dividedBy(2),
                Duration.ofSeconds(30),
                null))
        .buildAsyncClient();
  }

  /** What Front Door shows at a path; nothing where there is none, or no answer. */
  @CheckReturnValue
  Uni<String> shown(String host, String path) {
    Optional<URI> edge = settings.edge();
    HttpRequest get =
        new HttpRequest(HttpMethod.GET, edge.map(URI::toString).orElse("https://" + host) + path);
    if (edge.isPresent()) {
      get.setHeader(HttpHeaderName.fromString("X-Forwarded-Host"), host);
    }
    return Calls.raw(
            () ->
                http.send(get)
                    .flatMap(
                        answer ->
                            answer
                                .getBodyAsString()
                                .filter(body -> answer.getStatusCode() == 200)
                                .defaultIfEmpty(""))
                    .timeout(VISIT))
        .onFailure()
        .recoverWithItem("");
  }
}
