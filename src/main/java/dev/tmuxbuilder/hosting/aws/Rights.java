package dev.tmuxbuilder.hosting.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Chip;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.services.iam.model.ContextEntry;
import software.amazon.awssdk.services.iam.model.ContextKeyTypeEnum;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;

/**
 * Which of the rights in {@code deploy/aws/} whoever acts does not have, found out before anything
 * is made: IAM is asked what it would decide ({@code iam:SimulatePrincipalPolicy}), and where that
 * is not allowed itself, what a run reads first is read. What cannot be known is not missing.
 */
record Rights(AwsClients aws, Settings.Aws settings) {
  private static final String STAGE = "provision";
  private static final int AT_A_TIME = 4;
  private static final String OUR_PROJECT = "tmux-builder";
  private static final Pattern USER = Pattern.compile("arn:[\\w-]+:iam::\\d+:user/.+");
  private static final Pattern ASSUMED =
      Pattern.compile("arn:([\\w-]+):sts::(\\d+):assumed-role/([^/]+)/.+");

  /** Some actions on some thing, as a policy has them. */
  private record Wanted(List<String> actions, Optional<String> resource, List<ContextEntry> with) {}

  /** The missing ones as IAM spells them, sorted; empty where all are there, or nobody knows. */
  @CheckReturnValue
  Uni<List<String>> missing(SiteType type) {
    return Calls.make(STAGE, "sts:GetCallerIdentity", () -> aws.sts().getCallerIdentity())
        .chain(
            who ->
                principal(who.arn())
                    .map(arn -> missing(type, arn, who.account()))
                    .orElseGet(() -> Uni.createFrom().item(List.of())))
        .map(all -> all.stream().distinct().sorted().toList());
  }

  /** Whose policies decide; empty for the account itself, which may do everything. */
  private static Optional<String> principal(String arn) {
    Matcher assumed = ASSUMED.matcher(arn);
    if (assumed.matches()) {
      return Optional.of(
          "arn:%s:iam::%s:role/%s".formatted(assumed.group(1), assumed.group(2), assumed.group(3)));
    }
    return Optional.of(arn).filter(known -> USER.matcher(known).matches());
  }

  private Uni<List<String>> missing(SiteType type, String principal, String account) {
    return Multi.createFrom()
        .iterable(wanted(type, account))
        .onItem()
        .transformToUni(wanted -> simulate(principal, wanted))
        .merge(AT_A_TIME)
        .collect()
        .asList()
        .map(all -> all.stream().flatMap(List::stream).toList())
        .onFailure()
        .recoverWithUni(notAllowed -> unreadable(type));
  }

  private Uni<List<String>> simulate(String principal, Wanted wanted) {
    return Calls.raw(
            () ->
                aws.iam()
                    .simulatePrincipalPolicy(
                        simulate ->
                            simulate
                                .policySourceArn(principal)
                                .actionNames(wanted.actions())
                                .resourceArns(wanted.resource().stream().toList())
                                .contextEntries(wanted.with())))
        .map(
            answer ->
                answer.evaluationResults().stream()
                    .filter(one -> one.evalDecision() != PolicyEvaluationDecisionType.ALLOWED)
                    .map(EvaluationResult::evalActionName)
                    .toList());
  }

  private List<Wanted> wanted(SiteType type, String account) {
    List<Wanted> all = new ArrayList<>();
    for (JsonNode statement : policy(type).get("Statement")) {
      List<ContextEntry> with = context(statement.path("Condition"));
      List<String> actions = texts(statement.get("Action")).toList();
      texts(statement.get("Resource"))
          .map(resource -> new Wanted(actions, example(resource, account), with))
          .forEach(all::add);
    }
    return all;
  }

  private static JsonNode policy(SiteType type) {
    String name =
        switch (type) {
          case STATIC -> "static-sites.json";
          case DYNAMIC -> "dynamic-sites.json";
        };
    try (InputStream in = Objects.requireNonNull(Rights.class.getResourceAsStream(name), name)) {
      return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), JsonNode.class);
    } catch (IOException impossible) { // it is a part of the program
      throw new UncheckedIOException(impossible);
    }
  }

  private static Stream<String> texts(JsonNode node) {
    return node.isTextual()
        ? Stream.of(node.textValue())
        : node.valueStream().map(JsonNode::textValue);
  }

  /** IAM decides about things, not about patterns: one thing that the pattern means. */
  private Optional<String> example(String pattern, String account) {
    if (pattern.equals("*")) {
      return Optional.empty();
    }
    String[] parts = pattern.split(":", 6);
    parts[3] = parts[3].equals("*") ? aws.region() : parts[3];
    parts[4] = parts[4].equals("*") ? account : parts[4];
    parts[5] = parts[5].replaceFirst("^\\*/", "instance/").replace("*", "example");
    return Optional.of(String.join(":", parts));
  }

  private List<ContextEntry> context(JsonNode condition) {
    List<ContextEntry> entries = new ArrayList<>();
    condition
        .path("StringEquals")
        .properties()
        .forEach(
            key ->
                entries.add(
                    ContextEntry.builder()
                        .contextKeyName(key.getKey())
                        .contextKeyType(ContextKeyTypeEnum.STRING)
                        .contextKeyValues(
                            texts(key.getValue())
                                .findFirst()
                                .map(
                                    value ->
                                        value.equals(OUR_PROJECT)
                                            ? settings.tags().project()
                                            : value)
                                .orElse(""))
                        .build()));
    return entries;
  }

  /** What a run reads before it makes anything. */
  private Uni<List<String>> unreadable(SiteType type) {
    Uni<List<String>> buckets =
        denied(
            "s3:ListAllMyBuckets",
            Calls.raw(() -> aws.s3().listBuckets(list -> list.maxBuckets(1))));
    return switch (type) {
      case STATIC ->
          together(
              buckets,
              denied(
                  "cloudfront:ListDistributions",
                  Calls.raw(() -> aws.cloudFront().listDistributions(list -> list.maxItems("1")))),
              denied(
                  "cloudfront:ListOriginAccessControls",
                  Calls.raw(
                      () ->
                          aws.cloudFront().listOriginAccessControls(list -> list.maxItems("1")))));
      case DYNAMIC ->
          together(
              buckets,
              denied(
                  "ec2:DescribeInstances",
                  Calls.raw(() -> aws.ec2().describeInstances(list -> list.maxResults(5)))),
              denied(
                  "ec2:DescribeAddresses",
                  Calls.raw(() -> aws.ec2().describeAddresses(list -> {}))),
              denied(
                  "ec2:DescribeSecurityGroups",
                  Calls.raw(() -> aws.ec2().describeSecurityGroups(list -> list.maxResults(5)))),
              new Images(aws)
                  .newest(STAGE, Chip.ARM64)
                  .replaceWith(List.<String>of())
                  .onFailure(Rights::isMissing)
                  .recoverWithItem(List.of("ssm:GetParameter"))
                  .onFailure()
                  .recoverWithItem(List.of()));
    };
  }

  private static boolean isMissing(Throwable failure) {
    return failure instanceof StepFailure known && known.info().code().equals("permission_missing");
  }

  private static Uni<List<String>> denied(String action, Uni<?> call) {
    return call.replaceWith(List.<String>of())
        .onFailure()
        .recoverWithItem(
            failure ->
                isMissing(AwsFailures.of(STAGE, action, failure)) ? List.of(action) : List.of());
  }

  @SafeVarargs
  private static Uni<List<String>> together(Uni<List<String>>... parts) {
    return Uni.join()
        .all(parts)
        .andFailFast()
        .map(all -> all.stream().flatMap(List::stream).toList());
  }
}
