package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.hosting.SiteObjects;
import dev.tmuxbuilder.hosting.Transfer;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/**
 * Brings a release into its bucket: what is new travels, and the manifest follows when all is
 * there. Nothing that is live is written over.
 */
record StaticUpload(ObjectStore store, int concurrency, Progress progress) {
  /** From here on a file travels in parts. */
  static final long LARGE = 16L << 20;

  private static final String STAGE = "upload";

  @CheckReturnValue
  Uni<Void> bring(Artifact artifact, Optional<Manifest> live) {
    Plan plan =
        Plan.of(artifact.sha256(), SiteObjects.of(artifact, SiteObjects.Indexes.STORED), live);
    return new Transfer(LARGE, concurrency, progress)
        .run(
            artifact,
            plan.uploads(),
            object ->
                store.write(
                    STAGE,
                    Keys.object(artifact.sha256(), object.key()),
                    object.content(),
                    object.form()),
            plan.copies(),
            copy -> store.copy(STAGE, copy.from(), copy.to()),
            () -> Manifests.seal(store, STAGE, plan.manifest()));
  }
}
