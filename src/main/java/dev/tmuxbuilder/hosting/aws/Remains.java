package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Resource;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.VolumeState;

/** Disks and network cards: they come and go with a machine, and sometimes stay behind. */
final class Remains {
  static final String DISK = "AWS::EC2::Volume";
  static final String CARD = "AWS::EC2::NetworkInterface";

  private final Ec2AsyncClient ec2;
  private final Ec2Tags tags;
  private final String region;

  Remains(AwsClients aws, Ec2Tags tags) {
    this.ec2 = aws.ec2();
    this.region = aws.region();
    this.tags = tags;
  }

  /**
   * @param group the site's security group: what stands in it is the site's, tagged or not
   */
  @CheckReturnValue
  Uni<List<Resource>> all(String stage, Optional<String> group) {
    Uni<List<Resource>> inGroup =
        group
            .map(id -> cards(stage, Ec2Tags.is("group-id", id)))
            .orElseGet(() -> Uni.createFrom().item(List.of()));
    return Uni.join()
        .all(disks(stage), cards(stage, tags.ofOwner()), inGroup)
        .andFailFast()
        .map(all -> all.stream().flatMap(List::stream).distinct().toList());
  }

  private Uni<List<Resource>> disks(String stage) {
    return Calls.make(
            stage,
            "ec2:DescribeVolumes",
            () -> ec2.describeVolumes(describe -> describe.filters(tags.ofOwner())))
        .map(
            answer ->
                answer.volumes().stream()
                    .filter(disk -> disk.state() != VolumeState.DELETED)
                    .map(disk -> resource(DISK, disk.volumeId(), Ec2Tags.read(disk.tags())))
                    .toList());
  }

  private Uni<List<Resource>> cards(String stage, Filter filter) {
    return Calls.make(
            stage,
            "ec2:DescribeNetworkInterfaces",
            () -> ec2.describeNetworkInterfaces(describe -> describe.filters(filter)))
        .map(
            answer ->
                answer.networkInterfaces().stream()
                    .map(
                        card ->
                            resource(CARD, card.networkInterfaceId(), Ec2Tags.read(card.tagSet())))
                    .toList());
  }

  private Resource resource(String type, String id, Map<String, String> there) {
    return new Resource("aws", type, id, region, there);
  }

  /** Removes what a machine left behind. */
  @CheckReturnValue
  Uni<Void> remove(String stage, Optional<String> group) {
    return all(stage, group)
        .chain(
            left ->
                Multi.createFrom()
                    .iterable(left)
                    .onItem()
                    .transformToUniAndConcatenate(one -> remove(stage, one))
                    .collect()
                    .last()
                    .replaceWithVoid());
  }

  @CheckReturnValue
  Uni<Void> remove(String stage, Resource one) {
    boolean disk = one.type().equals(DISK);
    Uni<?> removal =
        disk
            ? Calls.raw(() -> ec2.deleteVolume(delete -> delete.volumeId(one.id())))
            : Calls.raw(
                () -> ec2.deleteNetworkInterface(delete -> delete.networkInterfaceId(one.id())));
    return removal
        .onFailure(AwsFailures::isGone)
        .recoverWithNull()
        .onFailure()
        .transform(
            failure ->
                AwsFailures.of(
                    stage, disk ? "ec2:DeleteVolume" : "ec2:DeleteNetworkInterface", failure))
        .replaceWithVoid();
  }
}
