package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Attachment;
import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.ErrorInfo;
import dev.tmuxbuilder.execution.Mending;
import dev.tmuxbuilder.execution.Receipt;
import dev.tmuxbuilder.execution.Release;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.RunRef;
import dev.tmuxbuilder.execution.Screenshot;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.execution.StepResult;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** The heart's records that are kept as JSON: a native program must be told of them. */
@RegisterForReflection(
    targets = {
      Artifact.File.class,
      Attachment.class,
      CheckResult.class,
      ErrorInfo.class,
      Mending.class,
      Receipt.class,
      Receipt.Check.class,
      Receipt.CostEstimate.class,
      Receipt.ModelUsage.class,
      Release.class,
      Resource.class,
      RunRef.class,
      Screenshot.class,
      Snapshot.class,
      Snapshot.Step.class,
      StepResult.Done.class,
      StepResult.Generated.class,
      StepResult.Deployed.class,
      StepResult.Checked.class,
      StepResult.Photographed.class
    })
final class NativeReflection {
  private NativeReflection() {}
}
