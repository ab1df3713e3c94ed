package dev.tmuxbuilder.hosting.azure;

import com.azure.resourcemanager.cdn.fluent.models.AfdEndpointInner;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.SiteObjects;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a release the one that is shown. A note in the account says from before the switch to the
 * end of the purge that it is not done: whoever finds it so after a crash does not know which paths
 * Front Door still keeps, and has it forget all.
 */
record Activation(BlobStore store, Edge edge, AfdEndpointInner endpoint, Progress progress) {
  private static final String STAGE = "activate";
  private static final List<String> ALL = List.of("/*");

  @CheckReturnValue
  Uni<Void> of(Manifest release) {
    return Uni.combine()
        .all()
        .unis(
            edge.route(STAGE).map(found -> found.map(Way::live).orElseThrow(Activation::noRoute)),
            Change.read(store, STAGE))
        .asTuple()
        .chain(
            there -> {
              Optional<Change> unfinished = there.getItem2().filter(change -> !change.finished());
              String before = there.getItem1();
              return before.equals(release.artifactSha256()) && unfinished.isEmpty()
                  ? edge.prepare(STAGE, release, progress) // somebody may have changed its rules
                  : change(release, before, unfinished);
            });
  }

  private static StepFailure noRoute() {
    return StepFailure.permanent(
        STAGE, "not_provisioned", "The site has no route.", "Deploy it from the start.");
  }

  private Uni<Void> change(Manifest release, String before, Optional<Change> unfinished) {
    String previous =
        before.equals(release.artifactSha256())
            ? unfinished.map(Change::previous).orElse("")
            : before;
    return shown(unfinished.isPresent() ? "" : before)
        .chain(
            then ->
                edge.prepare(STAGE, release, progress)
                    .chain(() -> note(release, previous, unfinished))
                    .chain(() -> edge.show(STAGE, release, progress))
                    .chain(() -> pageOfNothing(release, then))
                    .chain(() -> edge.spread(STAGE, endpoint, release.artifactSha256(), progress))
                    .chain(
                        () ->
                            edge.forget(
                                STAGE,
                                before.isEmpty() && unfinished.isEmpty()
                                    ? List.of()
                                    : then.map(release::changedPaths).orElse(ALL),
                                progress))
                    .chain(() -> tidy(release, before, unfinished))
                    .chain(
                        () ->
                            new Change(release.artifactSha256(), previous, true)
                                .write(store, STAGE)));
  }

  /** The release that was shown, as far as it is known. */
  private Uni<Optional<Manifest>> shown(String before) {
    return before.isEmpty()
        ? Uni.createFrom().item(Optional.empty())
        : store
            .read(STAGE, BlobStore.OWN, Keys.manifest(before))
            .map(found -> found.map(Manifest::parse));
  }

  /** After a crash nobody knows which release was shown before: the next change tidies up. */
  private Uni<Void> tidy(Manifest release, String before, Optional<Change> unfinished) {
    return unfinished.isPresent()
        ? Uni.createFrom().voidItem()
        : edge.tidy(STAGE, Set.of(release.artifactSha256(), before), progress);
  }

  private Uni<Void> note(Manifest release, String previous, Optional<Change> unfinished) {
    return unfinished.isPresent()
        ? Uni.createFrom().voidItem()
        : new Change(release.artifactSha256(), previous, false).write(store, STAGE);
  }

  /** A website of Azure has one page for what is not there, outside of all releases. */
  private Uni<Void> pageOfNothing(Manifest release, Optional<Manifest> then) {
    Manifest.Entry page = release.objects().get(SiteObjects.NOT_FOUND);
    boolean there =
        page != null
            && then.map(one -> one.objects().get(SiteObjects.NOT_FOUND))
                .filter(one -> one.form().equals(page.form()))
                .isPresent();
    return page == null || there
        ? Uni.createFrom().voidItem()
        : store.copy(
            STAGE,
            BlobStore.WEB,
            Keys.blob(page.in(), SiteObjects.NOT_FOUND),
            SiteObjects.NOT_FOUND,
            page.bytes());
  }
}
