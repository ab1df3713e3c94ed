package dev.tmuxbuilder.hosting.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.hosting.Archives;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.iam.IamAsyncClient;
import software.amazon.awssdk.services.iam.model.InstanceProfile;
import software.amazon.awssdk.services.iam.model.Tag;

/**
 * What a site's machine may do, and nothing more: read its site's releases, and take commands from
 * Systems Manager. A role and the instance profile of the same name that hands it to the machine.
 */
final class Role {
  static final String TYPE = "AWS::IAM::Role";
  static final String PROFILE_TYPE = "AWS::IAM::InstanceProfile";

  private static final String POLICY = "site";

  /** What the agent of Systems Manager needs; AWS' own policy would let it read all parameters. */
  private static final List<String> AGENT =
      List.of(
          "ssm:UpdateInstanceInformation",
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
          "ec2messages:AcknowledgeMessage",
          "ec2messages:DeleteMessage",
          "ec2messages:FailMessage",
          "ec2messages:GetEndpoint",
          "ec2messages:GetMessages",
          "ec2messages:SendReply");

  private final IamAsyncClient iam;
  private final String name;
  private final String policy;
  private final Optional<String> boundary;

  /**
   * @param boundary the ARN of a policy beyond which the role's rights never go
   */
  Role(AwsClients aws, String name, String bucket, Optional<String> boundary) {
    this.iam = aws.iam();
    this.name = name;
    this.boundary = boundary;
    this.policy = document(bucket);
  }

  String name() {
    return name;
  }

  private static String document(String bucket) {
    return Json.canonical(
        Map.of(
            "Version",
            "2012-10-17",
            "Statement",
            List.of(
                Map.of(
                    "Sid",
                    "ReleasesOfThisSite",
                    "Effect",
                    "Allow",
                    "Action",
                    "s3:GetObject",
                    "Resource",
                    "arn:aws:s3:::" + bucket + "/" + Archives.PREFIX + "*"),
                Map.of(
                    "Sid",
                    "CommandsOfSystemsManager",
                    "Effect",
                    "Allow",
                    "Action",
                    AGENT,
                    "Resource",
                    "*"))));
  }

  private static String trust() {
    return Json.canonical(
        Map.of(
            "Version",
            "2012-10-17",
            "Statement",
            List.of(
                Map.of(
                    "Effect",
                    "Allow",
                    "Principal",
                    Map.of("Service", "ec2.amazonaws.com"),
                    "Action",
                    "sts:AssumeRole"))));
  }

  @CheckReturnValue
  Uni<Void> ensure(String stage, Map<String, String> tags, Progress progress) {
    return roleTags(stage)
        .chain(
            there ->
                there.isPresent()
                    ? Uni.createFrom().voidItem()
                    : createRole(stage, tags)
                        .invoke(() -> progress.info(stage, "Made the role " + name)))
        .chain(() -> ensurePolicy(stage))
        .chain(() -> profile(stage))
        .chain(
            there ->
                there.isPresent()
                    ? Uni.createFrom()
                        .item(there.get().hasRoles() && !there.get().roles().isEmpty())
                    : createProfile(stage, tags).replaceWith(false))
        .chain(
            complete ->
                complete
                    ? Uni.createFrom().voidItem()
                    : Calls.raw(
                            () ->
                                iam.addRoleToInstanceProfile(
                                    add -> add.instanceProfileName(name).roleName(name)))
                        .onFailure(failure -> AwsFailures.hasCode(failure, "LimitExceeded"))
                        .recoverWithNull() // it is there: a profile holds one role
                        .onFailure()
                        .transform(
                            failure ->
                                AwsFailures.of(stage, "iam:AddRoleToInstanceProfile", failure))
                        .replaceWithVoid());
  }

  private Uni<Void> createRole(String stage, Map<String, String> tags) {
    return Calls.raw(
            () ->
                iam.createRole(
                    create ->
                        create
                            .roleName(name)
                            .description("A site's machine; made by tmux-builder")
                            .permissionsBoundary(boundary.orElse(null))
                            .assumeRolePolicyDocument(trust())
                            .tags(tagList(tags))))
        .onFailure(failure -> AwsFailures.hasCode(failure, "EntityAlreadyExists"))
        .recoverWithNull()
        .onFailure()
        .transform(failure -> AwsFailures.of(stage, "iam:CreateRole", failure))
        .replaceWithVoid();
  }

  private Uni<Void> createProfile(String stage, Map<String, String> tags) {
    return Calls.raw(
            () ->
                iam.createInstanceProfile(
                    create -> create.instanceProfileName(name).tags(tagList(tags))))
        .onFailure(failure -> AwsFailures.hasCode(failure, "EntityAlreadyExists"))
        .recoverWithNull()
        .onFailure()
        .transform(failure -> AwsFailures.of(stage, "iam:CreateInstanceProfile", failure))
        .replaceWithVoid();
  }

  private Uni<Void> ensurePolicy(String stage) {
    return policyIsSo(stage)
        .chain(
            so ->
                so
                    ? Uni.createFrom().voidItem()
                    : Calls.make(
                            stage,
                            "iam:PutRolePolicy",
                            () ->
                                iam.putRolePolicy(
                                    put ->
                                        put.roleName(name)
                                            .policyName(POLICY)
                                            .policyDocument(policy)))
                        .replaceWithVoid());
  }

  /** Whether the role may do what it should, and no more by this policy. */
  @CheckReturnValue
  Uni<Boolean> policyIsSo(String stage) {
    return Calls.raw(() -> iam.getRolePolicy(get -> get.roleName(name).policyName(POLICY)))
        .map(
            answer ->
                Json.canonical(
                        Json.read(
                            URLDecoder.decode(answer.policyDocument(), StandardCharsets.UTF_8),
                            JsonNode.class))
                    .equals(policy))
        .onFailure(AwsFailures::isGone)
        .recoverWithItem(false)
        .onFailure()
        .transform(failure -> AwsFailures.of(stage, "iam:GetRolePolicy", failure));
  }

  /** The role's tags; empty where there is no such role. */
  @CheckReturnValue
  Uni<Optional<Map<String, String>>> roleTags(String stage) {
    return Calls.raw(() -> iam.getRole(get -> get.roleName(name)))
        .map(answer -> Optional.of(read(answer.role().tags())))
        .onFailure(AwsFailures::isGone)
        .recoverWithItem(Optional.empty())
        .onFailure()
        .transform(failure -> AwsFailures.of(stage, "iam:GetRole", failure));
  }

  @CheckReturnValue
  Uni<Optional<Map<String, String>>> profileTags(String stage) {
    return profile(stage).map(found -> found.map(there -> read(there.tags())));
  }

  private Uni<Optional<InstanceProfile>> profile(String stage) {
    return Calls.raw(() -> iam.getInstanceProfile(get -> get.instanceProfileName(name)))
        .map(answer -> Optional.of(answer.instanceProfile()))
        .onFailure(AwsFailures::isGone)
        .recoverWithItem(Optional.empty())
        .onFailure()
        .transform(failure -> AwsFailures.of(stage, "iam:GetInstanceProfile", failure));
  }

  /** Sets what is missing on both; those of others stay. */
  @CheckReturnValue
  Uni<Void> ensureTags(String stage, Map<String, String> wanted) {
    return roleTags(stage)
        .chain(
            there ->
                AwsTags.carries(there.orElse(wanted), wanted)
                    ? Uni.createFrom().voidItem()
                    : Calls.make(
                            stage,
                            "iam:TagRole",
                            () -> iam.tagRole(tag -> tag.roleName(name).tags(tagList(wanted))))
                        .replaceWithVoid())
        .chain(() -> profileTags(stage))
        .chain(
            there ->
                AwsTags.carries(there.orElse(wanted), wanted)
                    ? Uni.createFrom().voidItem()
                    : Calls.make(
                            stage,
                            "iam:TagInstanceProfile",
                            () ->
                                iam.tagInstanceProfile(
                                    tag -> tag.instanceProfileName(name).tags(tagList(wanted))))
                        .replaceWithVoid());
  }

  @CheckReturnValue
  Uni<Void> remove(String stage) {
    return profile(stage)
        .chain(
            there ->
                there.isEmpty() || there.get().roles().isEmpty()
                    ? Uni.createFrom().voidItem()
                    : gone(
                        stage,
                        "iam:RemoveRoleFromInstanceProfile",
                        Calls.raw(
                            () ->
                                iam.removeRoleFromInstanceProfile(
                                    remove -> remove.instanceProfileName(name).roleName(name)))))
        .chain(
            () ->
                gone(
                    stage,
                    "iam:DeleteInstanceProfile",
                    Calls.raw(
                        () ->
                            iam.deleteInstanceProfile(delete -> delete.instanceProfileName(name)))))
        .chain(
            () ->
                gone(
                    stage,
                    "iam:DeleteRolePolicy",
                    Calls.raw(
                        () ->
                            iam.deleteRolePolicy(
                                delete -> delete.roleName(name).policyName(POLICY)))))
        .chain(
            () ->
                gone(
                    stage,
                    "iam:DeleteRole",
                    Calls.raw(() -> iam.deleteRole(delete -> delete.roleName(name)))));
  }

  private static Uni<Void> gone(String stage, String call, Uni<?> deletion) {
    return deletion
        .onFailure(AwsFailures::isGone)
        .recoverWithNull()
        .onFailure()
        .transform(failure -> AwsFailures.of(stage, call, failure))
        .replaceWithVoid();
  }

  private static List<Tag> tagList(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  private static Map<String, String> read(List<Tag> there) {
    Map<String, String> tags = new TreeMap<>();
    there.forEach(tag -> tags.put(tag.key(), tag.value()));
    return tags;
  }
}
