package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.StepFailure;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What Azure holds for a site of either kind: its group, and all that is in it. */
record Holdings(AzureIds ids, Group group, StorageAccount account) {
  @CheckReturnValue
  Uni<Optional<Resource>> ofGroup(String stage) {
    return group
        .find(stage)
        .map(
            found ->
                found.map(
                    one -> resource(Kind.GROUP, ids.of(Kind.GROUP), one.location(), one.tags())));
  }

  @CheckReturnValue
  Uni<Optional<Resource>> ofAccount(String stage) {
    return account
        .find(stage)
        .map(
            found ->
                found.map(
                    one ->
                        resource(Kind.ACCOUNT, ids.of(Kind.ACCOUNT), one.location(), one.tags())));
  }

  static Resource resource(Kind kind, String id, String location, Map<String, String> tags) {
    return new Resource("azure", kind.type(), id, location, AzureTags.read(tags));
  }

  /**
   * With what others put into the group: it is in the bill, and goes with the group.
   *
   * @param made looks for what this service makes
   */
  @CheckReturnValue
  Uni<List<Resource>> all(String stage, Supplier<Uni<List<Resource>>> made) {
    return group
        .find(stage)
        .chain(
            there ->
                there.isEmpty()
                    ? Uni.createFrom().item(List.<Resource>of())
                    : Uni.combine()
                        .all()
                        .unis(made.get(), listed(stage))
                        .with(
                            (own, listed) ->
                                Stream.concat(own.stream(), strangers(own, listed)).toList()));
  }

  private Uni<List<Resource>> listed(String stage) {
    return group
        .list(stage)
        .map(
            all ->
                all.stream()
                    .map(
                        one ->
                            new Resource(
                                "azure",
                                one.type(),
                                one.id(),
                                one.location(),
                                AzureTags.read(one.tags())))
                    .toList());
  }

  /** A command is nothing that lasts: Azure removes it when it has run, in a moment of its own. */
  private Stream<Resource> strangers(List<Resource> own, List<Resource> listed) {
    Set<String> known = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    known.add(ids.of(Kind.RUN_COMMAND));
    own.forEach(one -> known.add(one.id()));
    return listed.stream().filter(one -> !known.contains(one.id()));
  }

  /**
   * Removes the group with all that is in it, and looks whether it is gone.
   *
   * @param inventory looks for what is left
   */
  @CheckReturnValue
  Uni<Void> destroy(
      Map<String, String> tags, Supplier<Uni<List<Resource>>> inventory, Progress progress) {
    String stage = "destroy";
    return group
        .remove(stage, tags, progress)
        .chain(() -> inventory.get())
        .invoke(
            left -> {
              if (!left.isEmpty()) {
                throw StepFailure.retryable(
                    stage,
                    "resources_remain",
                    "Still there: " + String.join(", ", left.stream().map(Resource::id).toList()),
                    "Destroy again; see that no other deployment of this site is under way.");
              }
              progress.info(stage, "Nothing of the site is left on Azure", Map.of("resources", 0));
            })
        .replaceWithVoid();
  }
}
