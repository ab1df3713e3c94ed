package dev.tmuxbuilder.hosting.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.ExponentialBackoffOptions;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.core.http.policy.RequestIdPolicy;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.http.policy.RetryPolicy;
import com.azure.core.http.policy.TimeoutPolicy;
import com.azure.core.management.AzureEnvironment;
import com.azure.core.management.http.policy.ArmChallengeAuthenticationPolicy;
import com.azure.identity.DefaultAzureCredentialBuilder;
import com.azure.resourcemanager.resources.fluent.SubscriptionClient;
import com.azure.resourcemanager.resources.fluent.models.SubscriptionInner;
import com.azure.resourcemanager.resources.implementation.SubscriptionClientBuilder;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.platform.Settings;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * How requests to Azure travel: over the JDK's client, with retries that heed Retry-After, signed
 * with what the SDK's chain of credentials finds (environment, workload identity, managed identity,
 * command line). Answers arrive on virtual threads.
 */
final class AzurePipeline implements AutoCloseable {
  static final int TRIES = 5;

  private static final Duration ATTEMPT = Duration.ofSeconds(60);
  private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost", "[::1]");

  private final ExecutorService answers = Executors.newVirtualThreadPerTaskExecutor();
  private final CallSpans spans = new CallSpans(GlobalOpenTelemetry.get());
  private final HttpClient http;
  private final String endpoint;
  private final HttpPipeline pipeline;

  AzurePipeline(Settings.Azure settings) {
    this.http =
        new JdkHttpClientBuilder()
            .executor(answers)
            .connectionTimeout(Duration.ofSeconds(5))
            .build();
    this.endpoint =
        settings
            .endpoint()
            .map(URI::toString)
            .orElse(AzureEnvironment.AZURE.getResourceManagerEndpoint());
    List<HttpPipelinePolicy> policies = new ArrayList<>();
    policies.add(new RequestIdPolicy());
    policies.add(
        new RetryPolicy(
            new RetryOptions(
                new ExponentialBackoffOptions()
                    .setMaxRetries(TRIES - 1)
                    .setBaseDelay(settings.pause().dividedBy(2))
                    .setMaxDelay(Duration.ofSeconds(30)))));
    if (settings.endpoint().filter(AzurePipeline::isPlain).isEmpty()) {
      policies.add(
          new ArmChallengeAuthenticationPolicy(
              credential(), endpoint.replaceAll("/+$", "") + "/.default"));
    }
    policies.add(spans);
    policies.add(new TimeoutPolicy(ATTEMPT));
    this.pipeline =
        new HttpPipelineBuilder()
            .httpClient(http)
            .policies(policies.toArray(HttpPipelinePolicy[]::new))
            .build();
  }

  private TokenCredential credential() {
    return new DefaultAzureCredentialBuilder().httpClient(http).build();
  }

  /** An emulator on this machine; nothing else is spoken to without TLS. */
  private static boolean isPlain(URI endpoint) {
    if (!"http".equals(endpoint.getScheme())) {
      return false;
    }
    if (endpoint.getHost() == null || !THIS_MACHINE.contains(endpoint.getHost())) {
      throw StepFailure.permanent(
          "start",
          "endpoint_unsafe",
          "TMUXBUILDER_AZURE_ENDPOINT is plain http and not on this machine.",
          "Give an https address, or leave it out.");
    }
    return true;
  }

  HttpPipeline pipeline() {
    return pipeline;
  }

  /** For pipelines that the SDK makes by itself. */
  CallSpans spans() {
    return spans;
  }

  HttpClient http() {
    return http;
  }

  String endpoint() {
    return endpoint;
  }

  /** A subscription of ours. */
  record Subscription(String id, String name) {}

  /**
   * @param wanted its name or id
   */
  @CheckReturnValue
  Uni<Subscription> subscription(String stage, String wanted) {
    SubscriptionClient client =
        new SubscriptionClientBuilder().pipeline(pipeline).endpoint(endpoint).buildClient();
    return Calls.make(
            stage,
            "Microsoft.Resources/subscriptions/read",
            () -> client.getSubscriptions().listAsync().collectList())
        .map(
            all ->
                all.stream()
                    .filter(one -> isNamed(one, wanted))
                    .findFirst()
                    .map(one -> new Subscription(one.subscriptionId(), one.displayName()))
                    .orElseThrow(() -> noSuchSubscription(stage, wanted)));
  }

  private static boolean isNamed(SubscriptionInner one, String wanted) {
    return wanted.toLowerCase(Locale.ROOT).equals(one.subscriptionId())
        || wanted.equalsIgnoreCase(one.displayName());
  }

  private static StepFailure noSuchSubscription(String stage, String wanted) {
    return StepFailure.permanent(
        stage,
        "subscription_missing",
        "Whoever acts on Azure sees no subscription “" + wanted + "”.",
        "Set TMUXBUILDER_AZURE_SUBSCRIPTION to the name or id of one that az account list shows.");
  }

  @Override
  public void close() {
    answers.close();
  }
}
