package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Wait;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;

/** The security group of a site's machine: 80 and 443 from anywhere, and no way in besides. */
final class Firewall {
  static final String TYPE = "AWS::EC2::SecurityGroup";

  private static final List<Integer> PORTS = List.of(80, 443);
  private static final String ALL_IPV4 = "0.0.0.0/0";
  private static final String ALL_IPV6 = "::/0";

  private final Ec2AsyncClient ec2;
  private final Ec2Tags tags;

  Firewall(AwsClients aws, Ec2Tags tags) {
    this.ec2 = aws.ec2();
    this.tags = tags;
  }

  @CheckReturnValue
  Uni<Optional<SecurityGroup>> find(String stage) {
    return Calls.make(
            stage,
            "ec2:DescribeSecurityGroups",
            () ->
                ec2.describeSecurityGroups(
                    describe -> describe.filters(Ec2Tags.is("group-name", tags.name()))))
        .map(answer -> answer.securityGroups().stream().findFirst());
  }

  /**
   * @return its id
   */
  @CheckReturnValue
  Uni<String> ensure(String stage, Progress progress) {
    return find(stage)
        .chain(
            there ->
                there
                    .map(group -> Uni.createFrom().item(group))
                    .orElseGet(
                        () ->
                            create(stage)
                                .invoke(
                                    group ->
                                        progress.info(
                                            stage, "Made the security group " + group.groupId()))))
        .call(group -> setRules(stage, group))
        .map(SecurityGroup::groupId);
  }

  private Uni<SecurityGroup> create(String stage) {
    return Calls.raw(
            () ->
                ec2.createSecurityGroup(
                    create ->
                        create
                            .groupName(tags.name())
                            .description("80 and 443 for a site of tmux-builder")
                            .tagSpecifications(tags.onCreate(ResourceType.SECURITY_GROUP))))
        .map(answer -> SecurityGroup.builder().groupId(answer.groupId()).build())
        .onFailure(failure -> AwsFailures.hasCode(failure, "InvalidGroup.Duplicate"))
        .recoverWithUni(
            taken ->
                find(stage)
                    .map(
                        found ->
                            found.orElseThrow(
                                () -> AwsFailures.of(stage, "ec2:CreateSecurityGroup", taken))))
        .onFailure(failure -> AwsFailures.hasCode(failure, "VPCIdNotSpecified"))
        .transform(failure -> noNetwork(stage).causedBy(failure))
        .onFailure()
        .transform(failure -> AwsFailures.of(stage, "ec2:CreateSecurityGroup", failure));
  }

  private static StepFailure noNetwork(String stage) {
    return StepFailure.permanent(
        stage,
        "network_missing",
        "The AWS region has no default VPC, in which a site's machine would stand.",
        "Make one (aws ec2 create-default-vpc), or set TMUXBUILDER_AWS_REGION to a region with one.");
  }

  private Uni<Void> setRules(String stage, SecurityGroup group) {
    List<IpPermission> excess =
        group.ipPermissions().stream().filter(there -> !wanted(there)).toList();
    List<IpPermission> missing = missing(group);
    Uni<Void> revoked =
        excess.isEmpty()
            ? Uni.createFrom().voidItem()
            : Calls.make(
                    stage,
                    "ec2:RevokeSecurityGroupIngress",
                    () ->
                        ec2.revokeSecurityGroupIngress(
                            revoke -> revoke.groupId(group.groupId()).ipPermissions(excess)))
                .replaceWithVoid();
    return missing.isEmpty()
        ? revoked
        : revoked.chain(
            () ->
                Calls.raw(
                        () ->
                            ec2.authorizeSecurityGroupIngress(
                                authorize ->
                                    authorize
                                        .groupId(group.groupId())
                                        .ipPermissions(missing)
                                        .tagSpecifications(
                                            tags.onCreate(ResourceType.SECURITY_GROUP_RULE))))
                    .onFailure(
                        failure -> AwsFailures.hasCode(failure, "InvalidPermission.Duplicate"))
                    .recoverWithNull()
                    .onFailure()
                    .transform(
                        failure ->
                            AwsFailures.of(stage, "ec2:AuthorizeSecurityGroupIngress", failure))
                    .replaceWithVoid());
  }

  private static List<IpPermission> missing(SecurityGroup group) {
    List<IpPermission> missing = new ArrayList<>();
    for (int port : PORTS) {
      if (group.ipPermissions().stream()
          .noneMatch(there -> wanted(there) && there.fromPort() == port)) {
        missing.add(
            IpPermission.builder()
                .ipProtocol("tcp")
                .fromPort(port)
                .toPort(port)
                .ipRanges(range -> range.cidrIp(ALL_IPV4).description("visitors"))
                .ipv6Ranges(range -> range.cidrIpv6(ALL_IPV6).description("visitors"))
                .build());
      }
    }
    return missing;
  }

  private static boolean wanted(IpPermission there) {
    return "tcp".equals(there.ipProtocol())
        && there.fromPort() != null
        && there.fromPort().equals(there.toPort())
        && PORTS.contains(there.fromPort())
        && there.userIdGroupPairs().isEmpty()
        && there.ipRanges().stream().allMatch(range -> ALL_IPV4.equals(range.cidrIp()))
        && there.ipv6Ranges().stream().allMatch(range -> ALL_IPV6.equals(range.cidrIpv6()));
  }

  /** What is not as it was made, in words. */
  static List<String> differences(SecurityGroup group) {
    List<String> words = new ArrayList<>();
    missing(group).forEach(rule -> words.add("port " + rule.fromPort() + " is shut"));
    TreeSet<String> open = new TreeSet<>();
    group.ipPermissions().stream()
        .filter(there -> !wanted(there))
        .forEach(
            there ->
                open.add(
                    there.fromPort() == null
                        ? "somebody opened every port"
                        : "somebody opened " + there.fromPort() + " to " + there.toPort()));
    words.addAll(open);
    return words;
  }

  static Map<String, String> tags(SecurityGroup group) {
    return Ec2Tags.read(group.tags());
  }

  /** The network lets go of it some time after the machine has ended: that is waited for. */
  @CheckReturnValue
  Uni<Void> remove(String stage, Wait wait, Progress progress) {
    return wait.until(
            stage,
            "AWS lets go of the security group",
            progress,
            () ->
                find(stage)
                    .chain(
                        there ->
                            there
                                .map(group -> delete(stage, group.groupId()))
                                .orElseGet(() -> Uni.createFrom().item(true))),
            gone -> gone)
        .replaceWithVoid();
  }

  /** One group, by its id; otherwise like the other. */
  @CheckReturnValue
  Uni<Void> remove(String stage, String id, Wait wait, Progress progress) {
    return wait.until(
            stage,
            "AWS lets go of the security group",
            progress,
            () -> delete(stage, id),
            gone -> gone)
        .replaceWithVoid();
  }

  private Uni<Boolean> delete(String stage, String id) {
    return Calls.raw(() -> ec2.deleteSecurityGroup(delete -> delete.groupId(id)))
        .replaceWith(true)
        .onFailure(AwsFailures::isGone)
        .recoverWithItem(true)
        .onFailure(failure -> AwsFailures.hasCode(failure, "DependencyViolation"))
        .recoverWithItem(false)
        .onFailure()
        .transform(failure -> AwsFailures.of(stage, "ec2:DeleteSecurityGroup", failure));
  }
}
