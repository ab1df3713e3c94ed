package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.hosting.ReleaseStore.Known;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * Which releases of a static site were live last. A switch writes nothing of that, so the next
 * upload writes the manifests of the releases that are live and were live before anew, where later
 * ones are there.
 */
public record Releases(ReleaseStore store) {

  @CheckReturnValue
  Uni<List<String>> latestFirst(String stage) {
    return store
        .known(stage)
        .map(all -> latestFirst(all).stream().map(Known::artifactSha256).toList());
  }

  private static List<Known> latestFirst(List<Known> all) {
    return all.stream().sorted(Comparator.comparing(Known::written).reversed()).toList();
  }

  /** Sees to it that none is later than what is shown, but for what is brought after this. */
  @CheckReturnValue
  public Uni<Void> remember(String stage) {
    return Uni.combine()
        .all()
        .unis(store.known(stage), store.shown(stage))
        .with(Releases::forgotten)
        .chain(
            forgotten ->
                Multi.createFrom()
                    .iterable(forgotten)
                    .onItem()
                    .transformToUniAndConcatenate(release -> store.rewrite(stage, release))
                    .collect()
                    .last()
                    .replaceWithVoid());
  }

  private static List<String> forgotten(List<Known> all, List<String> shown) {
    Instant latest =
        latestFirst(all).stream()
            .filter(one -> !isOneOf(shown, one.artifactSha256()))
            .map(Known::written)
            .findFirst()
            .orElse(Instant.MIN);
    return shown.reversed().stream()
        .flatMap(digits -> all.stream().filter(one -> one.artifactSha256().startsWith(digits)))
        .filter(one -> one.written().isBefore(latest))
        .map(Known::artifactSha256)
        .distinct()
        .toList();
  }

  static boolean isOneOf(List<String> shown, String release) {
    return shown.stream().anyMatch(release::startsWith);
  }
}
