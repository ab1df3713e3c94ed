package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Holding;
import dev.tmuxbuilder.hosting.Wait;
import dev.tmuxbuilder.hosting.aws.Pages.Page;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;

/**
 * Looks through a whole account, in the region of the settings, for what this service may have
 * made: all that carries its {@code Project} and {@code Environment}, and all whose name begins as
 * its own do.
 */
final class Sweep {
  static final String STAGE = "sweep";

  /** All names begin so. */
  static final String PREFIX = "tmux-";

  private static final String GLOBAL = "global";
  private static final int AT_A_TIME = 8;

  private final AwsClients aws;
  private final Settings.ResourceTags tags;
  private final MachineSweep machines;

  Sweep(AwsClients aws, Settings.ResourceTags tags) {
    this.aws = aws;
    this.tags = tags;
    this.machines = new MachineSweep(aws, tags);
  }

  /** Something that was seen, before it is known whether it is ours. */
  record Seen(String type, String id, String region, String name, Map<String, String> tags) {}

  @CheckReturnValue
  Uni<List<Holding>> all() {
    return Uni.join()
        .all(buckets(), distributions(), accessControls(), roles(), profiles(), machines.all())
        .andFailFast()
        .map(
            all ->
                all.stream()
                    .flatMap(List::stream)
                    .filter(this::ours)
                    .map(this::holding)
                    .distinct()
                    .toList());
  }

  /** What says that it belongs to another project or environment does, whatever its name. */
  private boolean ours(Seen seen) {
    return says(seen, "Project", tags.project()) && says(seen, "Environment", tags.environment());
  }

  private static boolean says(Seen seen, String tag, String ours) {
    String said = seen.tags().get(tag);
    return said == null || said.equals(ours);
  }

  private Holding holding(Seen seen) {
    return new Holding(
        new Resource("aws", seen.type(), seen.id(), seen.region(), seen.tags()),
        seen.name(),
        Optional.ofNullable(seen.tags().get(AwsTags.OWNER)).flatMap(ExecutionId::parse),
        !seen.type().equals(AccessControl.TYPE));
  }

  private Uni<List<Seen>> buckets() {
    return Pages.all(
            start ->
                Calls.make(
                        STAGE,
                        "s3:ListAllMyBuckets",
                        () ->
                            aws.s3()
                                .listBuckets(
                                    list ->
                                        list.prefix(PREFIX)
                                            .bucketRegion(aws.region())
                                            .continuationToken(start)))
                    .map(answer -> new Page<>(answer.buckets(), answer.continuationToken())))
        .chain(
            all ->
                each(
                    all,
                    one ->
                        new Bucket(aws, one.name())
                            .tags(STAGE)
                            .map(
                                tags ->
                                    new Seen(
                                        Bucket.TYPE, one.name(), aws.region(), one.name(), tags))));
  }

  private Uni<List<Seen>> distributions() {
    return Pages.<DistributionSummary>all(
            start ->
                Calls.make(
                        STAGE,
                        "cloudfront:ListDistributions",
                        () -> aws.cloudFront().listDistributions(list -> list.marker(start)))
                    .map(
                        answer ->
                            new Page<>(
                                answer.distributionList().items(),
                                answer.distributionList().nextMarker())))
        .chain(all -> each(all, this::distribution))
        .map(all -> all.stream().filter(one -> one.name().startsWith(PREFIX)).toList());
  }

  /** Its name is the first word of its comment. Of one that is not ours the tags are not asked. */
  private Uni<Seen> distribution(DistributionSummary one) {
    return comment(one)
        .map(words -> words.split(" ", 2)[0])
        .chain(
            name ->
                (name.startsWith(PREFIX)
                        ? distributionTags(one)
                        : Uni.createFrom().item(Map.<String, String>of()))
                    .map(there -> new Seen(Edge.TYPE, one.id(), GLOBAL, name, there)));
  }

  private Uni<Map<String, String>> distributionTags(DistributionSummary one) {
    return Calls.make(
            STAGE,
            "cloudfront:ListTagsForResource",
            () -> aws.cloudFront().listTagsForResource(list -> list.resource(one.arn())))
        .map(
            answer -> {
              Map<String, String> there = new TreeMap<>();
              answer.tags().items().forEach(tag -> there.put(tag.key(), tag.value()));
              return there;
            });
  }

  /** AWS tells it in the list; who does not is asked for each distribution. */
  private Uni<String> comment(DistributionSummary one) {
    return one.comment() != null
        ? Uni.createFrom().item(one.comment())
        : new EdgeState(aws.cloudFront(), new Wait("aws", Duration.ZERO, Duration.ZERO))
            .config(STAGE, one.id())
            .map(answer -> Objects.requireNonNullElse(answer.distributionConfig().comment(), ""));
  }

  private Uni<List<Seen>> accessControls() {
    return Pages.all(
            start ->
                Calls.make(
                        STAGE,
                        "cloudfront:ListOriginAccessControls",
                        () -> aws.cloudFront().listOriginAccessControls(list -> list.marker(start)))
                    .map(
                        answer ->
                            new Page<>(
                                answer.originAccessControlList().items(),
                                answer.originAccessControlList().nextMarker())))
        .map(
            all ->
                all.stream()
                    .filter(one -> one.name().startsWith(PREFIX))
                    .map(
                        one -> new Seen(AccessControl.TYPE, one.id(), GLOBAL, one.name(), Map.of()))
                    .toList());
  }

  private Uni<List<Seen>> roles() {
    return named(
        () ->
            Pages.all(
                start ->
                    Calls.make(
                            STAGE,
                            "iam:ListRoles",
                            () -> aws.iam().listRoles(list -> list.marker(start)))
                        .map(
                            answer ->
                                new Page<>(
                                    answer.roles().stream().map(one -> one.roleName()).toList(),
                                    answer.marker()))),
        Role.TYPE,
        name -> role(name).roleTags(STAGE));
  }

  private Uni<List<Seen>> profiles() {
    return named(
        () ->
            Pages.all(
                start ->
                    Calls.make(
                            STAGE,
                            "iam:ListInstanceProfiles",
                            () -> aws.iam().listInstanceProfiles(list -> list.marker(start)))
                        .map(
                            answer ->
                                new Page<>(
                                    answer.instanceProfiles().stream()
                                        .map(one -> one.instanceProfileName())
                                        .toList(),
                                    answer.marker()))),
        Role.PROFILE_TYPE,
        name -> role(name).profileTags(STAGE));
  }

  private Role role(String name) {
    return new Role(aws, name, "", Optional.empty());
  }

  private static Uni<List<Seen>> named(
      Supplier<Uni<List<String>>> list,
      String type,
      Function<String, Uni<Optional<Map<String, String>>>> tags) {
    return list.get()
        .map(names -> names.stream().filter(name -> name.startsWith(PREFIX)).toList())
        .chain(
            names ->
                each(
                    names,
                    name ->
                        tags.apply(name)
                            .map(
                                there ->
                                    new Seen(type, name, GLOBAL, name, there.orElse(Map.of())))));
  }

  /** What goes while it is looked at is left out. */
  private static <T> Uni<List<Seen>> each(List<T> all, Function<T, Uni<Seen>> look) {
    return Multi.createFrom()
        .iterable(all)
        .onItem()
        .transformToUni(
            one ->
                look.apply(one)
                    .map(Optional::of)
                    .onFailure(Sweep::isGone)
                    .recoverWithItem(Optional.empty()))
        .merge(AT_A_TIME)
        .collect()
        .asList()
        .map(seen -> seen.stream().flatMap(Optional::stream).toList());
  }

  private static boolean isGone(Throwable failure) {
    return failure instanceof StepFailure known && known.info().code().equals("resource_missing");
  }
}
