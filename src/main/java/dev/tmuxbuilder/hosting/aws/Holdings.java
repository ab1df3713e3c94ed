package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Resource;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;

/** What AWS holds for a dynamic site now, and what of it is not as it was made. */
record Holdings(
    Bucket bucket,
    Role role,
    Firewall firewall,
    Addresses addresses,
    Machines machines,
    Remains remains,
    String region) {
  private static final String GLOBAL = "global";

  /** The id of the site's security group. */
  @CheckReturnValue
  Uni<Optional<String>> group(String stage) {
    return firewall.find(stage).map(found -> found.map(SecurityGroup::groupId));
  }

  @CheckReturnValue
  Uni<List<Resource>> all() {
    String stage = "inventory";
    Uni<List<Resource>> ofBucket =
        bucket
            .exists(stage)
            .chain(
                there ->
                    there
                        ? bucket
                            .tags(stage)
                            .map(all -> List.of(resource(Bucket.TYPE, bucket.name(), all)))
                        : Uni.createFrom().item(List.of()));
    Uni<List<Resource>> ofRole = role.roleTags(stage).map(all -> global(Role.TYPE, all));
    Uni<List<Resource>> ofProfile =
        role.profileTags(stage).map(all -> global(Role.PROFILE_TYPE, all));
    Uni<List<Resource>> ofGroup =
        firewall
            .find(stage)
            .map(
                found ->
                    found
                        .map(
                            group ->
                                List.of(
                                    resource(Firewall.TYPE, group.groupId(), Firewall.tags(group))))
                        .orElse(List.of()));
    Uni<List<Resource>> ofAddress =
        addresses
            .all(stage)
            .map(
                all ->
                    all.stream()
                        .map(
                            one ->
                                resource(
                                    Addresses.TYPE, one.allocationId(), Ec2Tags.read(one.tags())))
                        .toList());
    Uni<List<Resource>> ofMachine =
        machines
            .here(stage)
            .map(
                all ->
                    all.stream()
                        .map(
                            one ->
                                resource(Machines.TYPE, one.instanceId(), Ec2Tags.read(one.tags())))
                        .toList());
    Uni<List<Resource>> ofRemains = group(stage).chain(group -> remains.all(stage, group));
    return Uni.join()
        .all(ofBucket, ofRole, ofProfile, ofGroup, ofAddress, ofMachine, ofRemains)
        .andFailFast()
        .map(all -> all.stream().flatMap(List::stream).toList());
  }

  private Resource resource(String type, String id, Map<String, String> there) {
    return new Resource("aws", type, id, region, there);
  }

  private List<Resource> global(String type, Optional<Map<String, String>> there) {
    return there
        .map(all -> List.of(new Resource("aws", type, role.name(), GLOBAL, all)))
        .orElse(List.of());
  }

  @CheckReturnValue
  Uni<Map<String, List<String>>> changes() {
    String stage = "inventory";
    Uni<Map<String, List<String>>> ofBucket =
        bucket
            .exists(stage)
            .chain(
                there ->
                    there
                        ? bucket
                            .unset(stage, Optional.empty())
                            .map(words -> Map.of(bucket.name(), words))
                        : Uni.createFrom().item(Map.of()));
    Uni<Map<String, List<String>>> ofRole =
        role.roleTags(stage)
            .chain(
                there ->
                    there.isEmpty()
                        ? Uni.createFrom().item(Map.of())
                        : role.policyIsSo(stage)
                            .map(
                                so ->
                                    Map.of(
                                        role.name(),
                                        so ? List.of() : List.of("somebody changed its rights"))));
    Uni<Map<String, List<String>>> ofGroup =
        firewall
            .find(stage)
            .map(
                found ->
                    found
                        .map(group -> Map.of(group.groupId(), Firewall.differences(group)))
                        .orElse(Map.of()));
    return Uni.join()
        .all(ofBucket, ofRole, ofGroup, machineChanges(stage))
        .andFailFast()
        .map(
            all -> {
              Map<String, List<String>> words = new TreeMap<>();
              all.forEach(words::putAll);
              return words;
            });
  }

  private Uni<Map<String, List<String>>> machineChanges(String stage) {
    return machines
        .here(stage)
        .chain(
            here ->
                addresses
                    .all(stage)
                    .map(
                        all -> {
                          Map<String, List<String>> words =
                              here.stream()
                                  .collect(
                                      Collectors.toMap(
                                          Instance::instanceId,
                                          Machines::differences,
                                          (one, other) -> one,
                                          TreeMap::new));
                          all.forEach(
                              one ->
                                  words.put(
                                      Objects.requireNonNull(one.allocationId()),
                                      Addresses.leadsTo(one).filter(words::containsKey).isPresent()
                                          ? List.of()
                                          : List.of("it leads to no machine of the site")));
                          return words;
                        }));
  }
}
