package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.hosting.Wait;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.CloudFrontAsyncClient;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.Origins;
import software.amazon.awssdk.services.cloudfront.model.Tag;
import software.amazon.awssdk.services.cloudfront.model.Tags;

/** The CloudFront distribution of one site. Every method looks before it acts. */
final class Edge {
  static final String TYPE = "AWS::CloudFront::Distribution";

  private static final String COMPLETED = "Completed";

  /** More paths than that cost more than sending everybody for everything once. */
  private static final int MOST_PATHS = 1000;

  /** A reference that once made a distribution is taken for ever, even if that one was removed. */
  private static final int REFERENCES = 5;

  private final CloudFrontAsyncClient cloudFront;
  private final AwsNames names;
  private final String bucketDomain;
  private final EdgeConfig configs;
  private final Wait wait;
  private final EdgeState state;

  Edge(AwsClients aws, AwsNames names, String bucketDomain, EdgeConfig configs, Wait wait) {
    this.cloudFront = aws.cloudFront();
    this.names = names;
    this.bucketDomain = bucketDomain;
    this.configs = configs;
    this.wait = wait;
    this.state = new EdgeState(cloudFront, wait);
  }

  /** A distribution that is there. */
  record Found(String id, String arn, String domain) {
    URI url() {
      return URI.create("https://" + domain + "/");
    }
  }

  /** By the bucket that it reads: nobody else's distribution does. */
  @CheckReturnValue
  Uni<Optional<Found>> find(String stage) {
    return find(stage, null);
  }

  private Uni<Optional<Found>> find(String stage, @Nullable String marker) {
    return Calls.make(
            stage,
            "cloudfront:ListDistributions",
            () -> cloudFront.listDistributions(list -> list.marker(marker)))
        .chain(
            answer -> {
              var page = answer.distributionList();
              return firstOurs(stage, page.items())
                  .chain(
                      found ->
                          found.isEmpty() && Boolean.TRUE.equals(page.isTruncated())
                              ? find(stage, page.nextMarker())
                              : Uni.createFrom().item(found));
            });
  }

  private Uni<Optional<Found>> firstOurs(String stage, List<DistributionSummary> page) {
    return Multi.createFrom()
        .iterable(page)
        .onItem()
        .transformToUniAndConcatenate(summary -> ours(stage, summary))
        .select()
        .where(Optional::isPresent)
        .toUni()
        .map(found -> found == null ? Optional.empty() : found);
  }

  /** AWS tells the origins in the list; who does not is asked for each distribution. */
  private Uni<Optional<Found>> ours(String stage, DistributionSummary summary) {
    Found one = new Found(summary.id(), summary.arn(), summary.domainName());
    Uni<Origins> origins =
        summary.origins() != null
            ? Uni.createFrom().item(summary.origins())
            : config(stage, one).map(answer -> answer.distributionConfig().origins());
    return origins.map(
        all ->
            all.items().stream().anyMatch(origin -> origin.domainName().equals(bucketDomain))
                ? Optional.of(one)
                : Optional.empty());
  }

  /** Makes the distribution where it is missing, with its tags from the first moment. */
  @CheckReturnValue
  Uni<Found> ensure(
      String stage, String accessControl, Map<String, String> tags, Progress progress) {
    return find(stage)
        .chain(
            found ->
                found
                    .map(there -> Uni.createFrom().item(there))
                    .orElseGet(() -> create(stage, accessControl, tags, progress, 1)));
  }

  private Uni<Found> create(
      String stage, String accessControl, Map<String, String> tags, Progress progress, int nth) {
    String reference = names.callerReference() + (nth == 1 ? "" : "-" + nth);
    return Calls.raw(
            () ->
                cloudFront.createDistributionWithTags(
                    create ->
                        create.distributionConfigWithTags(
                            with ->
                                with.distributionConfig(configs.empty(reference, accessControl))
                                    .tags(tagSet(tags)))))
        .map(answer -> found(answer.distribution()))
        .invoke(
            made ->
                progress.info(
                    stage,
                    "Made the distribution " + made.id() + " at " + made.url(),
                    Map.of("distribution", made.id(), "url", made.url().toString())))
        .onFailure(failure -> AwsFailures.hasCode(failure, "DistributionAlreadyExists"))
        .recoverWithUni(
            taken ->
                find(stage)
                    .chain(
                        there -> {
                          if (there.isPresent()) {
                            return Uni.createFrom().item(there.get());
                          }
                          return nth < REFERENCES
                              ? create(stage, accessControl, tags, progress, nth + 1)
                              : Uni.createFrom().failure(taken);
                        }))
        .onFailure()
        .transform(failure -> AwsFailures.of(stage, "cloudfront:CreateDistribution", failure));
  }

  private static Found found(Distribution distribution) {
    return new Found(distribution.id(), distribution.arn(), distribution.domainName());
  }

  private static Tags tagSet(Map<String, String> tags) {
    List<Tag> items =
        tags.entrySet().stream()
            .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
            .toList();
    return Tags.builder().items(items).build();
  }

  @CheckReturnValue
  Uni<Map<String, String>> tags(String stage, Found edge) {
    return Calls.make(
            stage,
            "cloudfront:ListTagsForResource",
            () -> cloudFront.listTagsForResource(list -> list.resource(edge.arn())))
        .map(
            answer -> {
              Map<String, String> tags = new TreeMap<>();
              answer.tags().items().forEach(tag -> tags.put(tag.key(), tag.value()));
              return tags;
            });
  }

  /** Sees to it that the distribution carries the tags; those of others stay. */
  @CheckReturnValue
  Uni<Map<String, String>> ensureTags(String stage, Found edge, Map<String, String> wanted) {
    return tags(stage, edge)
        .chain(
            there ->
                AwsTags.carries(there, wanted)
                    ? Uni.createFrom().item(there)
                    : Calls.make(
                            stage,
                            "cloudfront:TagResource",
                            () ->
                                cloudFront.tagResource(
                                    tag -> tag.resource(edge.arn()).tags(tagSet(wanted))))
                        .replaceWith(AwsTags.merged(there, wanted)));
  }

  /** What it shows now. */
  @CheckReturnValue
  Uni<Live> live(String stage, Found edge) {
    return config(stage, edge).map(Edge::live);
  }

  private static Live live(GetDistributionConfigResponse current) {
    return Live.parse(Objects.requireNonNullElse(current.distributionConfig().comment(), ""));
  }

  @CheckReturnValue
  Uni<GetDistributionConfigResponse> config(String stage, Found edge) {
    return state.config(stage, edge.id());
  }

  /**
   * Makes it show a release, unless it does so already.
   *
   * @return which release it shows now, and which it showed before
   */
  @CheckReturnValue
  Uni<Live> show(
      String stage, Found edge, Manifest manifest, String accessControl, long epochSecond) {
    return config(stage, edge)
        .chain(
            current -> {
              DistributionConfig there = current.distributionConfig();
              Live live = live(current);
              boolean shown = live.shows(manifest.artifactSha256());
              DistributionConfig same = configs.showing(there, manifest, live, accessControl);
              if (shown && EdgeConfig.essence(there).equals(EdgeConfig.essence(same))) {
                return Uni.createFrom().item(live);
              }
              Live next = shown ? live : live.next(manifest.artifactSha256(), epochSecond);
              return state
                  .update(
                      stage,
                      edge.id(),
                      configs.showing(there, manifest, next, accessControl),
                      current.eTag())
                  .replaceWith(next);
            });
  }

  /** How it differs from a distribution that shows this release, in words. */
  @CheckReturnValue
  Uni<List<String>> differences(String stage, Found edge, Optional<Manifest> manifest) {
    return config(stage, edge)
        .map(
            current -> {
              DistributionConfig there = current.distributionConfig();
              if (manifest.isEmpty()) {
                return live(current).release().isPresent()
                    ? List.of("the release that it should show is gone")
                    : List.of();
              }
              return EdgeConfig.differences(
                  EdgeConfig.essence(there),
                  EdgeConfig.essence(configs.showing(there, manifest.get(), live(current), "")));
            });
  }

  /** Waits until the last change has reached every place that CloudFront serves from. */
  @CheckReturnValue
  Uni<Distribution> deployed(String stage, Found edge, Progress progress) {
    return state.deployed(stage, edge.id(), progress);
  }

  /** Makes CloudFront forget what it keeps of these paths, and waits until it has. */
  @CheckReturnValue
  Uni<Void> forget(String stage, Found edge, List<String> paths, String change, Progress progress) {
    if (paths.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<String> these = paths.size() > MOST_PATHS ? List.of("/*") : paths;
    return Calls.make(
            stage,
            "cloudfront:CreateInvalidation",
            () ->
                cloudFront.createInvalidation(
                    create ->
                        create
                            .distributionId(edge.id())
                            .invalidationBatch(
                                batch ->
                                    batch
                                        .callerReference(names.callerReference() + "-" + change)
                                        .paths(all -> all.items(these).quantity(these.size())))))
        .invoke(
            () ->
                progress.info(
                    stage,
                    "CloudFront forgets " + these.size() + " changed paths",
                    Map.of("paths", these.size())))
        .chain(
            answer ->
                wait.until(
                    stage,
                    "CloudFront forgets the pages of before",
                    progress,
                    () ->
                        Calls.make(
                            stage,
                            "cloudfront:GetInvalidation",
                            () ->
                                cloudFront.getInvalidation(
                                    get ->
                                        get.distributionId(edge.id())
                                            .id(answer.invalidation().id()))),
                    seen -> COMPLETED.equalsIgnoreCase(seen.invalidation().status())))
        .replaceWithVoid();
  }

  /** Switches it off, waits, and removes it; goes on from wherever an earlier removal stopped. */
  @CheckReturnValue
  Uni<Void> remove(String stage, Progress progress) {
    return find(stage)
        .chain(
            found ->
                found.isEmpty()
                    ? Uni.createFrom().voidItem()
                    : state.remove(stage, found.get().id(), progress));
  }
}
