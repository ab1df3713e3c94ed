package dev.tmuxbuilder.hosting.azure;

import com.azure.resourcemanager.cdn.fluent.CdnManagementClient;
import com.azure.resourcemanager.cdn.fluent.models.RuleInner;
import com.azure.resourcemanager.cdn.fluent.models.RuleSetInner;
import com.azure.resourcemanager.cdn.models.AfdProvisioningState;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The rule sets of releases that are not whole, one for each: made before the route is told of it,
 * and removed when neither the live release nor the one before is it.
 */
record ReleaseRules(CdnManagementClient cdn, AzureNames names, EdgeParts parts) {

  /** One after the other: Front Door refuses a change of a profile while it is at another. */
  @CheckReturnValue
  Uni<Void> ensure(String stage, Manifest release, Progress progress) {
    if (release.whole()) {
      return Uni.createFrom().voidItem();
    }
    String set = Rewrites.set(release.artifactSha256());
    return parts
        .ruleSet(stage, set, progress)
        .chain(
            () ->
                each(
                    List.copyOf(new Rewrites(release).rules().entrySet()),
                    rule ->
                        parts.rule(
                            stage,
                            set,
                            rule.getKey(),
                            rule.getValue(),
                            there -> Rewrites.same(there, rule.getValue()),
                            progress)));
  }

  /** Whether nobody changed them. */
  @CheckReturnValue
  Uni<Boolean> areSo(String stage, Manifest release) {
    if (release.whole()) {
      return Uni.createFrom().item(true);
    }
    String set = Rewrites.set(release.artifactSha256());
    Map<String, RuleInner> rules = new Rewrites(release).rules();
    return Multi.createFrom()
        .iterable(rules.entrySet())
        .onItem()
        .transformToUniAndConcatenate(
            rule ->
                parts
                    .rule(stage, set, rule.getKey())
                    .map(
                        there ->
                            there.filter(one -> Rewrites.same(one, rule.getValue())).isPresent()))
        .collect()
        .with(Collectors.reducing(true, Boolean::logicalAnd));
  }

  /**
   * Has those of all other releases removed; Azure goes on with that by itself. Where it does not
   * want to, the live release is none the worse, and the next change tries again.
   */
  @CheckReturnValue
  Uni<Void> keep(String stage, Set<String> releases, Progress progress) {
    Set<String> kept =
        releases.stream()
            .filter(release -> !release.isEmpty())
            .map(Rewrites::set)
            .collect(Collectors.toSet());
    return Calls.make(
            stage,
            "Microsoft.Cdn/profiles/ruleSets/read",
            () ->
                cdn.getRuleSets()
                    .listByProfileAsync(names.group(), names.profile())
                    .filter(set -> !AfdProvisioningState.DELETING.equals(set.provisioningState()))
                    .map(RuleSetInner::name)
                    .collectList())
        .chain(
            all ->
                each(
                    all.stream()
                        .filter(name -> name.startsWith(Rewrites.SETS) && !kept.contains(name))
                        .toList(),
                    name ->
                        Calls.begin(
                            stage,
                            "Microsoft.Cdn/profiles/ruleSets/delete",
                            () ->
                                cdn.getRuleSets()
                                    .deleteWithResponseAsync(
                                        names.group(), names.profile(), name))))
        .onFailure(StepFailure.class)
        .invoke(failure -> progress.warn(stage, "Old rules stay: " + failure.getMessage()))
        .onFailure(StepFailure.class)
        .recoverWithNull()
        .replaceWithVoid();
  }

  private static <T> Uni<Void> each(List<T> all, Function<T, Uni<Void>> work) {
    return Multi.createFrom()
        .iterable(all)
        .onItem()
        .transformToUniAndConcatenate(one -> work.apply(one))
        .collect()
        .last()
        .replaceWithVoid();
  }
}
