package dev.tmuxbuilder.hosting.azure;

import com.azure.resourcemanager.resources.fluent.ResourcesClient;
import com.azure.resourcemanager.resources.fluent.models.GenericResourceInner;
import com.azure.resourcemanager.resources.models.Tags;
import com.azure.resourcemanager.resources.models.TagsPatchOperation;
import com.azure.resourcemanager.resources.models.TagsPatchResource;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.hosting.Wait;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Resources of any kind, by their ids, in the form that Azure's documentation has them: so that a
 * machine and its network need none of the SDK's larger modules.
 */
final class Things {
  private final AzureClients azure;
  private final ResourcesClient resources;
  private final Wait wait;

  Things(AzureClients azure, Wait wait) {
    this.azure = azure;
    this.resources = azure.resources().getResources();
    this.wait = wait;
  }

  /**
   * @param what in words, for watchers
   */
  record Thing(Kind kind, String id, String what) {
    /** As the SDK wants it, which begins addresses with a slash of its own. */
    String address() {
      return id.substring(1);
    }
  }

  /** The part of a resource that is its kind's own. */
  static JsonNode properties(GenericResourceInner one) {
    return Json.mapper().valueToTree(one.properties());
  }

  private static String state(GenericResourceInner one) {
    return properties(one).path("provisioningState").asText();
  }

  @CheckReturnValue
  Uni<Optional<GenericResourceInner>> find(String stage, Thing thing) {
    return Calls.find(
        stage,
        thing.kind().action("read"),
        () ->
            resources
                .getByIdWithResponseAsync(thing.address(), thing.kind().version())
                .map(answer -> answer.getValue()));
  }

  private Managed<GenericResourceInner> managed(Thing thing) {
    return new Managed<>(thing.what(), () -> find("look", thing), Things::state, wait);
  }

  /**
   * @param isSo whether its properties are as they should be
   * @param body what it is made with, or set right with
   */
  @CheckReturnValue
  Uni<GenericResourceInner> ensure(
      String stage,
      Thing thing,
      Predicate<JsonNode> isSo,
      Function<Optional<GenericResourceInner>, Uni<GenericResourceInner>> body,
      Map<String, String> tags,
      Progress progress) {
    return managed(thing)
        .ensure(
            stage,
            there -> AzureTags.carries(there.tags(), tags) && isSo.test(properties(there)),
            there ->
                body.apply(there)
                    .chain(
                        wanted -> {
                          wanted.withTags(
                              AzureTags.merged(
                                  there.map(GenericResourceInner::tags).orElse(null),
                                  AzureTags.merged(wanted.tags(), tags)));
                          return put(stage, thing, wanted);
                        }),
            progress);
  }

  @CheckReturnValue
  Uni<Void> put(String stage, Thing thing, GenericResourceInner wanted) {
    return Calls.begin(
        stage,
        thing.kind().action("write"),
        () ->
            resources.createOrUpdateByIdWithResponseAsync(
                thing.address(), thing.kind().version(), wanted));
  }

  /** Adds tags, and leaves everything else as it is. */
  @CheckReturnValue
  Uni<Void> tag(String stage, Thing thing, Map<String, String> tags) {
    return Calls.begin(
        stage,
        "Microsoft.Resources/tags/write",
        () ->
            azure
                .resources()
                .getTagOperations()
                .updateAtScopeWithResponseAsync(
                    thing.address(),
                    new TagsPatchResource()
                        .withOperation(TagsPatchOperation.MERGE)
                        .withProperties(new Tags().withTags(tags))));
  }

  /** Removes it and waits until it is gone. What is not there is gone. */
  @CheckReturnValue
  Uni<Void> remove(String stage, Thing thing, Progress progress) {
    return begin(stage, thing).chain(() -> managed(thing).gone(stage, progress));
  }

  /** Has it removed; Azure goes on with that by itself. */
  @CheckReturnValue
  Uni<Void> begin(String stage, Thing thing) {
    return Calls.find(
            stage,
            thing.kind().action("delete"),
            () ->
                Calls.drained(
                    resources.deleteByIdWithResponseAsync(thing.address(), thing.kind().version())))
        .replaceWithVoid();
  }
}
