package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Chip;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import software.amazon.awssdk.services.ssm.SsmAsyncClient;

/** The systems that machines start with. */
final class Images {
  private static final String AMAZON_LINUX_2023 =
      "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-";

  private final SsmAsyncClient ssm;
  private final String region;

  Images(AwsClients aws) {
    this.ssm = aws.ssm();
    this.region = aws.region();
  }

  /** The id of the newest Amazon Linux 2023 for the processor in this region. */
  @CheckReturnValue
  Uni<String> newest(String stage, Chip chip) {
    return Calls.raw(() -> ssm.getParameter(get -> get.name(AMAZON_LINUX_2023 + chip.wire())))
        .map(answer -> answer.parameter().value())
        .onFailure(failure -> AwsFailures.hasCode(failure, "ParameterNotFound"))
        .transform(
            failure ->
                StepFailure.permanent(
                        stage,
                        "image_missing",
                        "The region %s has no Amazon Linux 2023 image for %s."
                            .formatted(region, chip.wire()),
                        "Set TMUXBUILDER_AWS_REGION to a region that has one.")
                    .causedBy(failure))
        .onFailure()
        .transform(failure -> AwsFailures.of(stage, "ssm:GetParameter", failure));
  }
}
