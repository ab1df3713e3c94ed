package dev.tmuxbuilder.hosting.azure;

import com.azure.resourcemanager.resources.fluent.models.GenericResourceExpandedInner;
import com.azure.resourcemanager.resources.fluent.models.ResourceGroupInner;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.hosting.Holding;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks through a whole subscription for what this service may have made: all that carries its
 * {@code Project} and {@code Environment}, the groups whose names begin as its own do, and what is
 * in these.
 */
record Sweep(AzureClients azure, Settings.ResourceTags tags) {
  static final String STAGE = "sweep";

  @CheckReturnValue
  Uni<List<Holding>> all() {
    return Uni.combine()
        .all()
        .unis(
            Calls.make(
                STAGE,
                "Microsoft.Resources/subscriptions/resourceGroups/read",
                () -> azure.resources().getResourceGroups().listAsync().collectList()),
            Calls.make(
                STAGE,
                "Microsoft.Resources/subscriptions/resources/read",
                () -> azure.resources().getResources().listAsync().collectList()))
        .with(this::ours);
  }

  private List<Holding> ours(
      List<ResourceGroupInner> groups, List<GenericResourceExpandedInner> resources) {
    List<ResourceGroupInner> own =
        groups.stream()
            .filter(one -> isOurs(one.tags(), one.name().startsWith(AzureNames.PREFIX)))
            .toList();
    Set<String> names =
        own.stream()
            .map(one -> one.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    return Stream.concat(
            own.stream()
                .map(
                    one ->
                        holding(
                            Kind.GROUP.type(), one.id(), one.location(), one.name(), one.tags())),
            resources.stream()
                .filter(
                    one ->
                        isOurs(
                            one.tags(),
                            names.contains(AzureIds.groupOf(one.id()).toLowerCase(Locale.ROOT))))
                .map(
                    one ->
                        holding(
                            one.type(),
                            one.id(),
                            one.location(),
                            AzureIds.groupOf(one.id()),
                            one.tags())))
        .toList();
  }

  /** What says that it belongs to another project or environment does, wherever it is. */
  private boolean isOurs(Map<String, String> there, boolean byName) {
    Map<String, String> said = AzureTags.read(there);
    String project = said.get("Project");
    String environment = said.get("Environment");
    return (byName || tags.project().equals(project))
        && (project == null || project.equals(tags.project()))
        && (environment == null || environment.equals(tags.environment()));
  }

  /** Whose a thing is that does not say so itself, its group's name tells. */
  private static Holding holding(
      String type, String id, String location, String group, Map<String, String> there) {
    Map<String, String> tags = AzureTags.read(there);
    return new Holding(
        new Resource("azure", type, id, location, tags),
        group,
        Optional.ofNullable(tags.get(AzureTags.OWNER)).flatMap(ExecutionId::parse),
        true);
  }
}
