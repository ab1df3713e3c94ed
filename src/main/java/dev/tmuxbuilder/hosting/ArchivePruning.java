package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.Progress;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Removes the archives of a dynamic site's releases to which nobody is likely to go back: all but
 * the live one's and those of a number of releases that were live last, or brought last.
 *
 * @param earlier how many are kept besides the live one, at least 1
 */
public record ArchivePruning(ArchiveStore store, int earlier) {
  private static final String STAGE = "activate";

  public ArchivePruning {
    earlier = Math.max(1, earlier);
  }

  /**
   * Never fails: what cannot be removed now is removed after the next switch.
   *
   * @param lived first digits of the releases that were live, the latest first; where it is not
   *     known which was live before this one, as on a new machine, nothing is removed
   */
  @CheckReturnValue
  public Uni<Void> prune(String live, List<String> lived, Progress progress) {
    if (lived.size() < 2) {
      return Uni.createFrom().voidItem();
    }
    return store
        .names(STAGE, Archives.PREFIX)
        .chain(
            names -> {
              Set<String> old = old(names, live, lived);
              return store
                  .delete(
                      STAGE,
                      names.stream().filter(name -> old.contains(Archives.release(name))).toList())
                  .invoke(() -> tell(old.size(), progress));
            })
        .onFailure() // whatever it is, what is live is none the worse
        .invoke(
            failure ->
                progress.warn(STAGE, "Old releases could not be removed: " + failure.getMessage()))
        .onFailure()
        .recoverWithNull();
  }

  private Set<String> old(List<String> names, String live, List<String> lived) {
    return names.stream()
        .map(Archives::release)
        .distinct()
        .filter(release -> !release.equals(live))
        .sorted(Comparator.comparingInt(release -> place(release, lived)))
        .skip(earlier)
        .collect(Collectors.toSet());
  }

  private static int place(String release, List<String> lived) {
    return IntStream.range(0, lived.size())
        .filter(i -> release.startsWith(lived.get(i)))
        .findFirst()
        .orElse(lived.size());
  }

  private static void tell(int removed, Progress progress) {
    if (removed > 0) {
      progress.info(
          STAGE,
          "Removed " + removed + " old releases, to which nobody can go back now",
          Map.of("removed", removed));
    }
  }
}
