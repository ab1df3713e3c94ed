package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.Progress;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Removes the releases of a static site to which nobody is likely to go back: all but the live one,
 * the one before it and a number of those that were live last. First a release cannot be chosen any
 * more: its manifest makes room for a mark. Then its objects go, except those that a release which
 * stays has from it; the mark goes with the last of them. So a removal that was cut off anywhere is
 * finished at the next switch.
 *
 * @param earlier how many are kept besides the live one, at least 1
 * @param concurrency calls at a time
 */
public record ReleasePruning(ReleaseStore store, int earlier, int concurrency) {
  private static final String STAGE = "activate";

  public ReleasePruning {
    earlier = Math.max(1, earlier);
  }

  /** Never fails: what cannot be removed now is removed after the next switch. */
  @CheckReturnValue
  public Uni<Void> prune(Progress progress) {
    return Uni.combine()
        .all()
        .unis(new Releases(store).latestFirst(STAGE), store.shown(STAGE))
        .with(this::old)
        .call(old -> each(1, old, release -> store.retire(STAGE, release)))
        .invoke(old -> tell(old.size(), progress))
        .chain(() -> store.retired(STAGE))
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

  private List<String> old(List<String> latestFirst, List<String> shown) {
    List<String> others =
        latestFirst.stream().filter(release -> !Releases.isOneOf(shown, release)).toList();
    int before = Math.max(0, latestFirst.size() - others.size() - 1);
    return others.stream().skip(Math.max(0, earlier - before)).toList();
  }

  /**
   * Where somebody shows a release meanwhile whose mark was not seen, nobody knows what it has from
   * others, so all stays.
   */
  private Uni<Void> clear(List<String> marked) {
    return Uni.combine()
        .all()
        .unis(new Releases(store).latestFirst(STAGE), store.shown(STAGE))
        .asTuple()
        .chain(
            there -> {
              Set<String> kept = Set.copyOf(there.getItem1());
              return kept.containsAll(
                      marked.stream()
                          .filter(release -> Releases.isOneOf(there.getItem2(), release))
                          .toList())
                  ? clear(marked, kept)
                  : Uni.createFrom().voidItem();
            });
  }

  private Uni<Void> clear(List<String> marked, Set<String> kept) {
    return used(kept)
        .chain(
            used ->
                each(
                    concurrency,
                    marked,
                    release ->
                        kept.contains(release) // it was brought again
                            ? store.unmark(STAGE, release)
                            : remove(release, used)));
  }

  /** The keys of all objects that these releases consist of. */
  private Uni<Set<String>> used(Set<String> releases) {
    return Multi.createFrom()
        .iterable(releases)
        .onItem()
        .transformToUni(release -> store.objects(STAGE, release))
        .merge(concurrency)
        .collect()
        .in(HashSet::new, Set::addAll);
  }

  private Uni<Void> remove(String release, Set<String> used) {
    return store
        .part(STAGE, release)
        .chain(
            all -> {
              List<String> unused = all.stream().filter(key -> !used.contains(key)).toList();
              Uni<Void> removed = store.delete(STAGE, unused);
              return unused.size() == all.size()
                  ? removed.chain(() -> store.unmark(STAGE, release))
                  : removed;
            });
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
