package dev.tmuxbuilder.hosting.azure;

import com.azure.resourcemanager.cdn.fluent.models.AfdEndpointInner;
import com.azure.resourcemanager.cdn.fluent.models.ProfileInner;
import com.azure.resourcemanager.resources.fluent.models.ResourceGroupInner;
import com.azure.resourcemanager.storage.fluent.models.StorageAccountInner;
import dev.tmuxbuilder.execution.Resource;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What Azure holds for a static site now, and what of it is not as it was made. */
record Holdings(AzureIds ids, Group group, StorageAccount account, Edge edge) {
  /** What this service makes, as far as it is there. */
  @CheckReturnValue
  Uni<List<Resource>> made(String stage) {
    return Uni.combine()
        .all()
        .unis(group.find(stage), account.find(stage), edge.profile(stage), edge.endpoint(stage))
        .with(
            (ofGroup, ofAccount, ofProfile, ofEndpoint) ->
                Stream.of(
                        ofGroup.map(this::resource),
                        ofAccount.map(this::resource),
                        ofProfile.map(this::resource),
                        ofEndpoint.map(this::resource))
                    .flatMap(Optional::stream)
                    .toList());
  }

  /** With what others put into the group: it is in the bill, and goes with the group. */
  @CheckReturnValue
  Uni<List<Resource>> all(String stage) {
    return group
        .find(stage)
        .chain(
            there ->
                there.isEmpty()
                    ? Uni.createFrom().item(List.<Resource>of())
                    : Uni.combine()
                        .all()
                        .unis(made(stage), strangers(stage))
                        .with(
                            (made, strangers) ->
                                Stream.concat(made.stream(), strangers.stream()).toList()));
  }

  private Uni<List<Resource>> strangers(String stage) {
    List<String> own = List.of(ids.account(), ids.profile(), ids.endpoint());
    return group
        .list(stage)
        .map(
            all ->
                all.stream()
                    .filter(one -> own.stream().noneMatch(id -> id.equalsIgnoreCase(one.id())))
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

  private Resource resource(ResourceGroupInner one) {
    return resource(AzureIds.GROUP, ids.group(), one.location(), one.tags());
  }

  private Resource resource(StorageAccountInner one) {
    return resource(AzureIds.ACCOUNT, ids.account(), one.location(), one.tags());
  }

  private Resource resource(ProfileInner one) {
    return resource(AzureIds.PROFILE, ids.profile(), one.location(), one.tags());
  }

  private Resource resource(AfdEndpointInner one) {
    return resource(AzureIds.ENDPOINT, ids.endpoint(), one.location(), one.tags());
  }

  private static Resource resource(
      String type, String id, String location, Map<String, String> tags) {
    return new Resource("azure", type, id, location, AzureTags.read(tags));
  }

  @CheckReturnValue
  Uni<Map<String, List<String>>> changes(String stage) {
    return Uni.combine()
        .all()
        .unis(account.find(stage), edge.endpoint(stage), edge.route(stage))
        .asTuple()
        .chain(
            there -> {
              Map<String, List<String>> words = new TreeMap<>();
              there
                  .getItem2()
                  .ifPresent(
                      endpoint ->
                          words.put(ids.endpoint(), Edge.differences(endpoint, there.getItem3())));
              if (there.getItem1().isEmpty()) {
                return Uni.createFrom().item(words);
              }
              return website(stage)
                  .map(
                      website -> {
                        words.put(
                            ids.account(),
                            Stream.concat(
                                    StorageAccount.differences(there.getItem1().get()).stream(),
                                    website.stream())
                                .toList());
                        return words;
                      });
            });
  }

  private Uni<List<String>> website(String stage) {
    return account
        .open(stage)
        .chain(store -> store.servesWebsite(stage))
        .map(so -> so ? List.of() : List.of("no longer so: its website is on"));
  }
}
