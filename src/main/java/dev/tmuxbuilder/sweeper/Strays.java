package dev.tmuxbuilder.sweeper;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.hosting.Holding;
import dev.tmuxbuilder.hosting.Host;
import dev.tmuxbuilder.sweeper.Orphans.Found;
import dev.tmuxbuilder.sweeper.Orphans.Reason;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Tells what is somebody's from what is nobody's. */
final class Strays {
  private Strays() {}

  /**
   * @param living the executions for which the host may hold something, read after the holdings: so
   *     that what was made since belongs to one of them
   */
  static List<Found> among(Host host, List<Holding> holdings, Set<String> living) {
    Set<String> names = new HashSet<>();
    if (holdings.stream().anyMatch(one -> one.owner().isEmpty())) {
      living.stream()
          .map(ExecutionId::parse)
          .flatMap(Optional::stream)
          .forEach(execution -> names.addAll(host.names(execution)));
    }
    return holdings.stream().flatMap(one -> found(one, living, names)).toList();
  }

  private static Stream<Found> found(Holding one, Set<String> living, Set<String> names) {
    return reason(one, living, names)
        .map(reason -> new Found(one.resource(), one.name(), reason))
        .stream();
  }

  private static Optional<Reason> reason(Holding one, Set<String> living, Set<String> names) {
    if (one.owner().isPresent()) {
      return living.contains(one.owner().get().toString())
          ? Optional.empty()
          : Optional.of(Reason.NO_SESSION);
    }
    if (!names.contains(one.name())) {
      return Optional.of(Reason.NO_OWNER);
    }
    return one.takesTags() ? Optional.of(Reason.UNTAGGED) : Optional.empty();
  }
}
