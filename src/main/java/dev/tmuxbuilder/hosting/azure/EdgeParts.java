package dev.tmuxbuilder.hosting.azure;

import com.azure.resourcemanager.cdn.fluent.CdnManagementClient;
import com.azure.resourcemanager.cdn.fluent.models.AfdOriginGroupInner;
import com.azure.resourcemanager.cdn.fluent.models.AfdOriginInner;
import com.azure.resourcemanager.cdn.fluent.models.RuleInner;
import com.azure.resourcemanager.cdn.fluent.models.RuleSetInner;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.hosting.Wait;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a route needs beside its endpoint: where content comes from, and rules for answers. */
record EdgeParts(CdnManagementClient cdn, AzureNames names, Wait patience) {

  @CheckReturnValue
  Uni<Void> ensure(String stage, EdgeConfig config, Progress progress) {
    return originGroup(stage, progress)
        .chain(() -> origin(stage, config, progress))
        .chain(() -> ruleSet(stage, EdgeConfig.RULE_SET, progress))
        .chain(
            () ->
                rule(
                    stage,
                    EdgeConfig.RULE_SET,
                    EdgeConfig.RULE,
                    EdgeConfig.rule(),
                    EdgeConfig::isSo,
                    progress));
  }

  private static String word(@Nullable Object state) {
    return state == null ? "" : state.toString();
  }

  private Uni<Void> originGroup(String stage, Progress progress) {
    return new Managed<AfdOriginGroupInner>(
            "the origin group",
            () ->
                Calls.find(
                    stage,
                    "Microsoft.Cdn/profiles/originGroups/read",
                    () ->
                        cdn.getAfdOriginGroups()
                            .getWithResponseAsync(
                                names.group(), names.profile(), EdgeConfig.ORIGIN_GROUP)
                            .map(answer -> answer.getValue())),
            one -> word(one.provisioningState()),
            patience)
        .ensure(
            stage,
            there -> true,
            there ->
                Calls.begin(
                    stage,
                    "Microsoft.Cdn/profiles/originGroups/write",
                    () ->
                        cdn.getAfdOriginGroups()
                            .createWithResponseAsync(
                                names.group(),
                                names.profile(),
                                EdgeConfig.ORIGIN_GROUP,
                                EdgeConfig.originGroup())),
            progress)
        .replaceWithVoid();
  }

  private Uni<Void> origin(String stage, EdgeConfig config, Progress progress) {
    return new Managed<AfdOriginInner>(
            "the origin",
            () ->
                Calls.find(
                    stage,
                    "Microsoft.Cdn/profiles/originGroups/origins/read",
                    () ->
                        cdn.getAfdOrigins()
                            .getWithResponseAsync(
                                names.group(),
                                names.profile(),
                                EdgeConfig.ORIGIN_GROUP,
                                EdgeConfig.ORIGIN)
                            .map(answer -> answer.getValue())),
            one -> word(one.provisioningState()),
            patience)
        .ensure(
            stage,
            config::isSo,
            there ->
                Calls.begin(
                    stage,
                    "Microsoft.Cdn/profiles/originGroups/origins/write",
                    () ->
                        cdn.getAfdOrigins()
                            .createWithResponseAsync(
                                names.group(),
                                names.profile(),
                                EdgeConfig.ORIGIN_GROUP,
                                EdgeConfig.ORIGIN,
                                config.origin())),
            progress)
        .replaceWithVoid();
  }

  /** A rule set has nothing of its own: Azure makes it at once. */
  @CheckReturnValue
  Uni<Void> ruleSet(String stage, String name, Progress progress) {
    return new Managed<RuleSetInner>(
            "the rule set",
            () ->
                Calls.find(
                    stage,
                    "Microsoft.Cdn/profiles/ruleSets/read",
                    () ->
                        cdn.getRuleSets()
                            .getWithResponseAsync(names.group(), names.profile(), name)
                            .map(answer -> answer.getValue())),
            one -> word(one.provisioningState()),
            patience)
        .ensure(
            stage,
            there -> true,
            there ->
                Calls.make(
                        stage,
                        "Microsoft.Cdn/profiles/ruleSets/write",
                        () ->
                            cdn.getRuleSets()
                                .createWithResponseAsync(names.group(), names.profile(), name))
                    .replaceWithVoid(),
            progress)
        .replaceWithVoid();
  }

  @CheckReturnValue
  Uni<Void> rule(
      String stage,
      String set,
      String name,
      RuleInner wanted,
      Predicate<RuleInner> isSo,
      Progress progress) {
    return new Managed<RuleInner>(
            "the rule “" + name + "”",
            () -> rule(stage, set, name),
            one -> word(one.provisioningState()),
            patience)
        .ensure(
            stage,
            isSo,
            there ->
                Calls.begin(
                    stage,
                    "Microsoft.Cdn/profiles/ruleSets/rules/write",
                    () ->
                        cdn.getRules()
                            .createWithResponseAsync(
                                names.group(), names.profile(), set, name, wanted)),
            progress)
        .replaceWithVoid();
  }

  @CheckReturnValue
  Uni<Optional<RuleInner>> rule(String stage, String set, String name) {
    return Calls.find(
        stage,
        "Microsoft.Cdn/profiles/ruleSets/rules/read",
        () ->
            cdn.getRules()
                .getWithResponseAsync(names.group(), names.profile(), set, name)
                .map(answer -> answer.getValue()));
  }
}
