package dev.tmuxbuilder.hosting.azure;

import com.azure.resourcemanager.cdn.fluent.models.AfdEndpointInner;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.SiteObject.Content;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import dev.tmuxbuilder.hosting.SiteObjects;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * Makes a release the one that is shown. Between the switch and the end of the purge a note lies in
 * the account: whoever finds it after a crash does not know which paths Front Door still keeps, and
 * has it forget all.
 */
record Activation(BlobStore store, Edge edge, AfdEndpointInner endpoint, Progress progress) {
  private static final String STAGE = "activate";
  private static final List<String> ALL = List.of("/*");

  @CheckReturnValue
  Uni<Void> of(Manifest release) {
    return Uni.combine()
        .all()
        .unis(
            edge.route(STAGE).map(found -> found.map(Edge::live).orElseThrow(Activation::noRoute)),
            store.read(STAGE, BlobStore.OWN, Keys.CHANGE))
        .asTuple()
        .chain(
            there -> {
              boolean unfinished = there.getItem2().isPresent();
              String before = there.getItem1();
              return before.equals(release.artifactSha256()) && !unfinished
                  ? Uni.createFrom().voidItem()
                  : change(release, before, unfinished);
            });
  }

  private static StepFailure noRoute() {
    return StepFailure.permanent(
        STAGE, "not_provisioned", "The site has no route.", "Deploy it from the start.");
  }

  private Uni<Void> change(Manifest release, String before, boolean unfinished) {
    return stale(release, before, unfinished)
        .chain(
            paths ->
                note(release, unfinished)
                    .chain(() -> edge.show(STAGE, release.artifactSha256(), progress))
                    .chain(() -> pageOfNothing(release))
                    .chain(() -> edge.spread(STAGE, endpoint, release.artifactSha256(), progress))
                    .chain(() -> edge.forget(STAGE, paths, progress))
                    .chain(() -> store.delete(STAGE, BlobStore.OWN, Keys.CHANGE)));
  }

  /** What Front Door may keep that is not so any more. */
  private Uni<List<String>> stale(Manifest release, String before, boolean unfinished) {
    if (unfinished) {
      return Uni.createFrom().item(ALL);
    }
    return before.isEmpty()
        ? Uni.createFrom().item(List.of())
        : store
            .read(STAGE, BlobStore.OWN, Keys.manifest(before))
            .map(
                found ->
                    found.map(bytes -> release.changedPaths(Manifest.parse(bytes))).orElse(ALL));
  }

  private Uni<Void> note(Manifest release, boolean unfinished) {
    if (unfinished) {
      return Uni.createFrom().voidItem();
    }
    byte[] words = Json.bytes(java.util.Map.of("to", release.artifactSha256()));
    return store.write(
        STAGE,
        BlobStore.OWN,
        Keys.CHANGE,
        new Content.Made(words),
        new Form(Json.sha256(words), words.length, "application/json", "no-store", ""));
  }

  /** A website of Azure has one page for what is not there, outside of all releases. */
  private Uni<Void> pageOfNothing(Manifest release) {
    Manifest.Entry page = release.objects().get(SiteObjects.NOT_FOUND);
    return page == null
        ? Uni.createFrom().voidItem()
        : store.copy(
            STAGE,
            BlobStore.WEB,
            Keys.blob(release.artifactSha256(), SiteObjects.NOT_FOUND),
            SiteObjects.NOT_FOUND,
            page.bytes());
  }
}
