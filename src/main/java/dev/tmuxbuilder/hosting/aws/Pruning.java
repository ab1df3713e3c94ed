package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Progress;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Removes the releases of a static site to which nobody is likely to go back: all but the live one,
 * the one before it and a number of those that were live last. First a release cannot be chosen any
 * more: its manifest makes room for a mark. Then its objects go, except those that a release which
 * stays has from it; the mark goes with the last of them. So a removal that was cut off anywhere is
 * finished at the next switch.
 *
 * @param live asks what is shown at this moment
 * @param earlier how many are kept besides the live one, at least 1
 * @param concurrency calls at a time
 */
record Pruning(ObjectStore store, Supplier<Uni<Live>> live, int earlier, int concurrency) {
  private static final String STAGE = "activate";

  Pruning {
    earlier = Math.max(1, earlier);
  }

  /** Never fails: what cannot be removed now is removed after the next switch. */
  @CheckReturnValue
  Uni<Void> prune(Progress progress) {
    return Uni.combine()
        .all()
        .unis(new Releases(store).latestFirst(STAGE), live.get())
        .with(this::old)
        .call(old -> each(1, old, this::retire))
        .invoke(old -> tell(old.size(), progress))
        .chain(() -> marked())
        .chain(marked -> marked.isEmpty() ? Uni.createFrom().voidItem() : clear(marked))
        .onFailure() // whatever it is, what is live is none the worse
        .invoke(
            failure ->
                progress.warn(STAGE, "Old releases could not be removed: " + failure.getMessage()))
        .onFailure()
        .recoverWithNull();
  }

  private static void tell(int removed, Progress progress) {
    if (removed > 0) {
      progress.info(
          STAGE,
          "Removed " + removed + " old releases, to which nobody can go back now",
          Map.of("removed", removed));
    }
  }

  private List<String> old(List<Releases.Known> latestFirst, Live shown) {
    List<String> all = latestFirst.stream().map(Releases.Known::artifactSha256).toList();
    long known = all.stream().filter(release -> !shown.shows(release)).filter(shown::knows).count();
    return all.stream()
        .filter(release -> !shown.knows(release))
        .skip(Math.max(0, earlier - known))
        .toList();
  }

  private Uni<Void> retire(String release) {
    return store
        .copy(STAGE, Keys.manifest(release), Keys.mark(release))
        .chain(() -> store.delete(STAGE, List.of(Keys.manifest(release))));
  }

  private Uni<List<String>> marked() {
    return store
        .list(STAGE, Keys.MARKS)
        .map(marks -> marks.stream().map(mark -> Keys.release(mark.key())).toList());
  }

  private Uni<Void> clear(List<String> marked) {
    return Uni.combine()
        .all()
        .unis(new Releases(store).latestFirst(STAGE), live.get())
        .asTuple()
        .chain(
            there -> {
              Set<String> kept =
                  there.getItem1().stream()
                      .map(Releases.Known::artifactSha256)
                      .collect(Collectors.toSet());
              return used(kept)
                  .chain(
                      used ->
                          each(
                              concurrency,
                              marked,
                              release -> clear(release, kept, there.getItem2(), used)));
            });
  }

  private Uni<Void> clear(String release, Set<String> kept, Live shown, Set<String> used) {
    if (kept.contains(release)) { // it was brought again
      return unmark(release);
    }
    return shown.knows(release) // whoever shows it did not see the mark
        ? Uni.createFrom().voidItem()
        : remove(release, used);
  }

  /** The keys of all objects that these releases consist of. */
  private Uni<Set<String>> used(Set<String> releases) {
    return Multi.createFrom()
        .iterable(releases)
        .onItem()
        .transformToUni(release -> Manifests.read(store, STAGE, release))
        .merge(concurrency)
        .collect()
        .in(HashSet::new, (used, manifest) -> manifest.keys().forEach(used::add));
  }

  private Uni<Void> remove(String release, Set<String> used) {
    return store
        .list(STAGE, Keys.object(release, ""))
        .chain(
            all -> {
              List<String> unused =
                  all.stream()
                      .map(ObjectStore.Listed::key)
                      .filter(key -> !used.contains(key))
                      .toList();
              Uni<Void> removed = store.delete(STAGE, unused);
              return unused.size() == all.size() ? removed.chain(() -> unmark(release)) : removed;
            });
  }

  private Uni<Void> unmark(String release) {
    return store.delete(STAGE, List.of(Keys.mark(release)));
  }

  private static Uni<Void> each(int atATime, List<String> all, Function<String, Uni<Void>> work) {
    return Multi.createFrom()
        .iterable(all)
        .onItem()
        .transformToUni(one -> work.apply(one))
        .merge(Math.max(1, atATime))
        .collect()
        .last()
        .replaceWithVoid();
  }
}
