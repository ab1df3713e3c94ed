package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Wait;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import software.amazon.awssdk.services.cloudfront.CloudFrontAsyncClient;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigResponse;

/** How any distribution is, and how it becomes something else or nothing; known by its id. */
record EdgeState(CloudFrontAsyncClient cloudFront, Wait waiting) {
  private static final String DEPLOYED = "Deployed";

  @CheckReturnValue
  Uni<GetDistributionConfigResponse> config(String stage, String id) {
    return Calls.make(
        stage,
        "cloudfront:GetDistributionConfig",
        () -> cloudFront.getDistributionConfig(get -> get.id(id)));
  }

  @CheckReturnValue
  Uni<Void> update(String stage, String id, DistributionConfig config, String etag) {
    return Calls.make(
            stage,
            "cloudfront:UpdateDistribution",
            () ->
                cloudFront.updateDistribution(
                    update -> update.id(id).distributionConfig(config).ifMatch(etag)))
        .replaceWithVoid();
  }

  /** Waits until the last change has reached every place that CloudFront serves from. */
  @CheckReturnValue
  Uni<Distribution> deployed(String stage, String id, Progress progress) {
    return waiting.until(
        stage,
        "CloudFront spreads the change over the world",
        progress,
        () -> distribution(stage, id),
        seen -> DEPLOYED.equals(seen.status()));
  }

  private Uni<Distribution> distribution(String stage, String id) {
    return Calls.make(
            stage,
            "cloudfront:GetDistribution",
            () -> cloudFront.getDistribution(get -> get.id(id)))
        .map(answer -> answer.distribution());
  }

  /** Switches it off, waits, and removes it; goes on from wherever an earlier removal stopped. */
  @CheckReturnValue
  Uni<Void> remove(String stage, String id, Progress progress) {
    return disable(stage, id, progress)
        .chain(() -> deployed(stage, id, progress))
        .chain(() -> delete(stage, id))
        .invoke(() -> progress.info(stage, "Removed the distribution " + id));
  }

  private Uni<Void> disable(String stage, String id, Progress progress) {
    return config(stage, id)
        .chain(
            current -> {
              if (!current.distributionConfig().enabled()) {
                return Uni.createFrom().voidItem();
              }
              progress.info(stage, "Switching the distribution " + id + " off");
              return update(
                  stage,
                  id,
                  current.distributionConfig().toBuilder().enabled(false).build(),
                  current.eTag());
            });
  }

  private Uni<Void> delete(String stage, String id) {
    return config(stage, id)
        .chain(
            current ->
                Calls.raw(
                        () ->
                            cloudFront.deleteDistribution(
                                delete -> delete.id(id).ifMatch(current.eTag())))
                    .onFailure(AwsFailures::isGone)
                    .recoverWithNull()
                    .onFailure(failure -> AwsFailures.hasCode(failure, "DistributionNotDisabled"))
                    .transform(failure -> notYetOff(stage, id).causedBy(failure))
                    .onFailure()
                    .transform(
                        failure -> AwsFailures.of(stage, "cloudfront:DeleteDistribution", failure)))
        .replaceWithVoid();
  }

  private static StepFailure notYetOff(String stage, String id) {
    return StepFailure.retryable(
        stage,
        "distribution_not_off",
        "The distribution " + id + " was switched on again while it was removed.",
        "Destroy again; see that nobody else changes it.");
  }
}
