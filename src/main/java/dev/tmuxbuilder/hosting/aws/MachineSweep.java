package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.hosting.aws.Pages.Page;
import dev.tmuxbuilder.hosting.aws.Sweep.Seen;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.VolumeState;

/** The part of a {@link Sweep} that stands on EC2. */
final class MachineSweep {
  private static final String ANY = Sweep.PREFIX + "*";

  private final Ec2AsyncClient ec2;
  private final String region;
  private final String project;

  MachineSweep(AwsClients aws, Settings.ResourceTags tags) {
    this.ec2 = aws.ec2();
    this.region = aws.region();
    this.project = tags.project();
  }

  @CheckReturnValue
  Uni<List<Seen>> all() {
    return Uni.join()
        .all(
            both(this::instances),
            both(this::addresses),
            both(this::disks),
            both(this::cards),
            groups(Ec2Tags.is("tag:Project", project)),
            groups(Ec2Tags.is("group-name", ANY)))
        .andFailFast()
        .map(all -> all.stream().flatMap(List::stream).distinct().toList());
  }

  /** By tag, and by name. */
  private Uni<List<Seen>> both(Function<Filter, Uni<List<Seen>>> look) {
    return Uni.join()
        .all(
            look.apply(Ec2Tags.is("tag:Project", project)), look.apply(Ec2Tags.is("tag:Name", ANY)))
        .andFailFast()
        .map(all -> all.stream().flatMap(List::stream).toList());
  }

  private Uni<List<Seen>> instances(Filter filter) {
    return Pages.all(
        start ->
            Calls.make(
                    Sweep.STAGE,
                    "ec2:DescribeInstances",
                    () ->
                        ec2.describeInstances(
                            describe -> describe.filters(filter).nextToken(start)))
                .map(
                    answer ->
                        new Page<>(
                            answer.reservations().stream()
                                .flatMap(reservation -> reservation.instances().stream())
                                .filter(one -> one.state().name() != InstanceStateName.TERMINATED)
                                .map(one -> seen(Machines.TYPE, one.instanceId(), one.tags()))
                                .toList(),
                            answer.nextToken())));
  }

  private Uni<List<Seen>> addresses(Filter filter) {
    return Calls.make(
            Sweep.STAGE,
            "ec2:DescribeAddresses",
            () -> ec2.describeAddresses(describe -> describe.filters(filter)))
        .map(
            answer ->
                answer.addresses().stream()
                    .map(one -> seen(Addresses.TYPE, one.allocationId(), one.tags()))
                    .toList());
  }

  private Uni<List<Seen>> disks(Filter filter) {
    return Pages.all(
        start ->
            Calls.make(
                    Sweep.STAGE,
                    "ec2:DescribeVolumes",
                    () ->
                        ec2.describeVolumes(describe -> describe.filters(filter).nextToken(start)))
                .map(
                    answer ->
                        new Page<>(
                            answer.volumes().stream()
                                .filter(one -> one.state() != VolumeState.DELETED)
                                .map(one -> seen(Remains.DISK, one.volumeId(), one.tags()))
                                .toList(),
                            answer.nextToken())));
  }

  private Uni<List<Seen>> cards(Filter filter) {
    return Pages.all(
        start ->
            Calls.make(
                    Sweep.STAGE,
                    "ec2:DescribeNetworkInterfaces",
                    () ->
                        ec2.describeNetworkInterfaces(
                            describe -> describe.filters(filter).nextToken(start)))
                .map(
                    answer ->
                        new Page<>(
                            answer.networkInterfaces().stream()
                                .map(
                                    one ->
                                        seen(Remains.CARD, one.networkInterfaceId(), one.tagSet()))
                                .toList(),
                            answer.nextToken())));
  }

  private Uni<List<Seen>> groups(Filter filter) {
    return Pages.all(
        start ->
            Calls.make(
                    Sweep.STAGE,
                    "ec2:DescribeSecurityGroups",
                    () ->
                        ec2.describeSecurityGroups(
                            describe -> describe.filters(filter).nextToken(start)))
                .map(
                    answer ->
                        new Page<>(
                            answer.securityGroups().stream()
                                .map(
                                    one ->
                                        new Seen(
                                            Firewall.TYPE,
                                            one.groupId(),
                                            region,
                                            one.groupName(),
                                            Ec2Tags.read(one.tags())))
                                .toList(),
                            answer.nextToken())));
  }

  private Seen seen(String type, String id, List<Tag> tags) {
    return new Seen(type, id, region, Ec2Tags.nameIn(tags), Ec2Tags.read(tags));
  }
}
