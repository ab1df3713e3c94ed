package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Holding;
import dev.tmuxbuilder.hosting.Wait;
import dev.tmuxbuilder.hosting.azure.Things.Thing;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Removes single resources, whosever they were. A group goes with what is in it, and only where all
 * of that was named too.
 */
record Removal(AzureClients azure, Wait waiting) {
  private static final String STAGE = "remove";

  @CheckReturnValue
  Uni<Void> of(List<Holding> holdings, Progress progress) {
    Set<String> named =
        holdings.stream()
            .map(one -> one.resource().id().toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    List<Holding> groups = holdings.stream().filter(Removal::isGroup).toList();
    Set<String> whole =
        groups.stream()
            .map(one -> AzureIds.groupOf(one.resource().id()).toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    List<Holding> single =
        holdings.stream()
            .filter(
                one ->
                    !whole.contains(AzureIds.groupOf(one.resource().id()).toLowerCase(Locale.ROOT)))
            .sorted(Comparator.comparing(Removal::kind))
            .toList();
    return Multi.createBy()
        .concatenating()
        .streams(
            Multi.createFrom().iterable(groups).map(one -> group(one, named, progress)),
            Multi.createFrom().iterable(single).map(one -> single(one, progress)))
        .onItem()
        .transformToUniAndConcatenate(work -> work)
        .collect()
        .last()
        .replaceWithVoid();
  }

  private static boolean isGroup(Holding one) {
    return one.resource().type().equals(Kind.GROUP.type());
  }

  private Uni<Void> group(Holding one, Set<String> named, Progress progress) {
    Group group =
        new Group(azure, AzureIds.groupOf(one.resource().id()), one.resource().region(), waiting);
    return group
        .find(STAGE)
        .chain(
            there ->
                there.isEmpty()
                    ? Uni.createFrom().voidItem()
                    : group
                        .list(STAGE)
                        .invoke(
                            all ->
                                all.stream()
                                    .filter(
                                        inside ->
                                            !named.contains(inside.id().toLowerCase(Locale.ROOT)))
                                    .findFirst()
                                    .ifPresent(
                                        inside -> {
                                          throw notEmpty(one, inside.id());
                                        }))
                        .chain(() -> group.removeWhole(STAGE, there.get(), progress)));
  }

  private static StepFailure notEmpty(Holding group, String inside) {
    return StepFailure.permanent(
        STAGE,
        "group_not_empty",
        "The resource group %s holds %s, which nobody named.".formatted(group.name(), inside),
        "Have that removed too, or move it to another group.");
  }

  private Uni<Void> single(Holding one, Progress progress) {
    Thing thing = new Thing(kind(one), one.resource().id(), one.resource().id());
    return new Things(azure, waiting)
        .remove(STAGE, thing, progress)
        .invoke(() -> progress.info(STAGE, "Removed " + one.resource().id()));
  }

  private static Kind kind(Holding one) {
    return Kind.of(one.resource().type())
        .orElseThrow(
            () ->
                StepFailure.permanent(
                    STAGE,
                    "kind_unknown",
                    "This service makes no " + one.resource().type() + ".",
                    "Remove it by hand: az resource delete --ids " + one.resource().id()));
  }
}
