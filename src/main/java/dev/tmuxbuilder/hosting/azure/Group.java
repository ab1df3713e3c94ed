package dev.tmuxbuilder.hosting.azure;

import com.azure.resourcemanager.resources.fluent.ResourceGroupsClient;
import com.azure.resourcemanager.resources.fluent.ResourcesClient;
import com.azure.resourcemanager.resources.fluent.models.GenericResourceExpandedInner;
import com.azure.resourcemanager.resources.fluent.models.ResourceGroupInner;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Wait;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The resource group of a session: what is in it is the session's, and goes with it. */
final class Group {
  private static final String WRITE = "Microsoft.Resources/subscriptions/resourceGroups/write";

  private final String name;
  private final String location;
  private final ResourceGroupsClient groups;
  private final ResourcesClient resources;
  private final Managed<ResourceGroupInner> managed;

  Group(AzureClients azure, String name, String location, Wait wait) {
    this.name = name;
    this.location = location;
    this.groups = azure.resources().getResourceGroups();
    this.resources = azure.resources().getResources();
    this.managed =
        new Managed<>("the resource group " + name, () -> find("look"), Group::state, wait);
  }

  private static String state(ResourceGroupInner group) {
    return group.properties() == null || group.properties().provisioningState() == null
        ? ""
        : group.properties().provisioningState();
  }

  @CheckReturnValue
  Uni<Optional<ResourceGroupInner>> find(String stage) {
    return Calls.find(
        stage,
        "Microsoft.Resources/subscriptions/resourceGroups/read",
        () -> groups.getWithResponseAsync(name).map(answer -> answer.getValue()));
  }

  /** A group with this name that has another owner's tag is a stranger's. */
  @CheckReturnValue
  Uni<ResourceGroupInner> ensure(String stage, Map<String, String> tags, Progress progress) {
    return managed.ensure(
        stage,
        there -> AzureTags.carries(there.tags(), tags),
        there -> {
          there.ifPresent(group -> requireOwn(stage, group, tags));
          return Calls.make(
                  stage,
                  WRITE,
                  () ->
                      groups.createOrUpdateWithResponseAsync(
                          name,
                          new ResourceGroupInner()
                              .withLocation(
                                  there.map(ResourceGroupInner::location).orElse(location))
                              .withTags(
                                  AzureTags.merged(
                                      there.map(ResourceGroupInner::tags).orElse(null), tags))))
              .replaceWithVoid();
        },
        progress);
  }

  private void requireOwn(String stage, ResourceGroupInner group, Map<String, String> tags) {
    String owner = AzureTags.read(group.tags()).get(AzureTags.OWNER);
    if (owner != null && !owner.equals(tags.get(AzureTags.OWNER))) {
      throw StepFailure.permanent(
          stage,
          "name_taken",
          "The resource group " + name + " is tagged as somebody else's.",
          "Nothing of it was touched. See whose it is.");
    }
  }

  /** Everything in it, as Resource Manager lists it. */
  @CheckReturnValue
  Uni<List<GenericResourceExpandedInner>> list(String stage) {
    return Calls.make(
        stage,
        "Microsoft.Resources/subscriptions/resourceGroups/resources/read",
        () -> resources.listByResourceGroupAsync(name).collectList());
  }

  /** With everything in it; waits until it is gone. */
  @CheckReturnValue
  Uni<Void> remove(String stage, Map<String, String> tags, Progress progress) {
    return find(stage)
        .chain(
            there -> {
              if (there.isEmpty()) {
                return Uni.createFrom().voidItem();
              }
              requireOwn(stage, there.get(), tags);
              return removeWhole(stage, there.get(), progress);
            });
  }

  /** Whosever it is. */
  @CheckReturnValue
  Uni<Void> removeWhole(String stage, ResourceGroupInner there, Progress progress) {
    progress.info(stage, "Removing the resource group " + name);
    return delete(stage, there).chain(() -> managed.gone(stage, progress));
  }

  private Uni<Void> delete(String stage, ResourceGroupInner there) {
    return state(there).equalsIgnoreCase("Deleting")
        ? Uni.createFrom().voidItem()
        : Calls.find(
                stage,
                "Microsoft.Resources/subscriptions/resourceGroups/delete",
                () -> Calls.drained(groups.deleteWithResponseAsync(name, null)))
            .replaceWithVoid();
  }
}
