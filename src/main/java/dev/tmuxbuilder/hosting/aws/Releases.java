package dev.tmuxbuilder.hosting.aws;

import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * The releases of a static site that can be shown, by the manifests in its bucket. When one was
 * live last is when its manifest was written: a switch writes nothing, so the next upload writes
 * anew those of the releases that are live and were live before, where later ones are there.
 */
record Releases(ObjectStore store) {

  /** A release, and when it was brought or live. */
  record Known(String artifactSha256, Instant last) {}

  @CheckReturnValue
  Uni<List<Known>> latestFirst(String stage) {
    return store
        .list(stage, Keys.MANIFESTS)
        .map(
            all ->
                all.stream()
                    .map(one -> new Known(Keys.release(one.key()), one.written()))
                    .sorted(Comparator.comparing(Known::last).reversed())
                    .toList());
  }

  /** Sees to it that no release comes before these two, but for one that was brought since. */
  @CheckReturnValue
  Uni<Void> remember(String stage, Live live) {
    return latestFirst(stage).chain(all -> rewrite(stage, forgotten(all, live)));
  }

  private static List<String> forgotten(List<Known> all, Live live) {
    Instant latest =
        all.stream()
            .filter(one -> !live.knows(one.artifactSha256()))
            .map(Known::last)
            .findFirst()
            .orElse(Instant.MIN);
    return all.stream()
        .filter(one -> live.knows(one.artifactSha256()) && one.last().isBefore(latest))
        .map(Known::artifactSha256)
        .sorted(Comparator.comparing(live::shows))
        .toList();
  }

  private Uni<Void> rewrite(String stage, List<String> releases) {
    return Multi.createFrom()
        .iterable(releases)
        .onItem()
        .transformToUniAndConcatenate(
            release ->
                Manifests.read(store, stage, release)
                    .chain(manifest -> Manifests.seal(store, stage, manifest)))
        .collect()
        .last()
        .replaceWithVoid();
  }
}
