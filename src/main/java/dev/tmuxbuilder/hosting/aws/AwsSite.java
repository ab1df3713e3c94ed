package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.hosting.Host.Provisioned;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;

/** One site of either kind, as {@code Host} wants it done. */
sealed interface AwsSite permits StaticSite, DynamicSite {
  @CheckReturnValue
  Uni<Provisioned> provision(Progress progress);

  @CheckReturnValue
  Uni<List<Resource>> tag(Progress progress);

  @CheckReturnValue
  Uni<Void> upload(Artifact artifact, Progress progress);

  @CheckReturnValue
  Uni<Void> activate(String artifactSha256, Progress progress);

  @CheckReturnValue
  Uni<Void> stop(Progress progress);

  @CheckReturnValue
  Uni<Void> destroy(Progress progress);

  @CheckReturnValue
  Uni<List<Resource>> inventory();

  @CheckReturnValue
  Uni<Map<String, List<String>>> changes();
}
