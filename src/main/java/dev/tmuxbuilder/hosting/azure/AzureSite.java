package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.hosting.Host.Provisioned;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;

/** One site of either kind, as {@code Host} wants it done. */
sealed interface AzureSite permits StaticSite, DynamicSite {
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

  /** What is there now, whole or not. */
  @CheckReturnValue
  Uni<List<Resource>> inventory();

  /** What somebody changed by hand, by the id of what was changed. */
  @CheckReturnValue
  Uni<Map<String, List<String>>> changes();
}
