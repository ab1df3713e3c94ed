package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.hosting.SiteObject;
import dev.tmuxbuilder.hosting.SiteObject.Content;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import dev.tmuxbuilder.hosting.SiteObjects;
import dev.tmuxbuilder.hosting.Transfer;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings a release into its account: what is new travels, and the manifest follows when all is
 * there. Nothing that is live is written over.
 */
record StaticUpload(BlobStore store, int concurrency, Progress progress) {
  private static final String STAGE = "upload";

  @CheckReturnValue
  Uni<Void> bring(Artifact artifact, Optional<Manifest> live) {
    Plan plan = Plan.of(artifact.sha256(), objects(artifact), live);
    return new Transfer(BlobStore.LARGE, concurrency, progress)
        .run(
            artifact,
            plan.uploads(),
            object ->
                store.write(
                    STAGE,
                    BlobStore.WEB,
                    Keys.blob(artifact.sha256(), object.key()),
                    object.content(),
                    object.form()),
            plan.copies(),
            copy -> store.copy(STAGE, BlobStore.WEB, copy.from(), copy.to(), copy.bytes()),
            () -> Manifest.seal(store, STAGE, plan.manifest()));
  }

  private static List<SiteObject> objects(Artifact artifact) {
    List<SiteObject> objects = new ArrayList<>(SiteObjects.of(artifact, SiteObjects.Indexes.FOUND));
    byte[] mark = (artifact.sha256() + "\n").getBytes(StandardCharsets.UTF_8);
    objects.add(
        new SiteObject(
            Keys.MARK,
            new Content.Made(mark),
            new Form(Json.sha256(mark), mark.length, "text/plain; charset=utf-8", "no-store", "")));
    return objects;
  }
}
