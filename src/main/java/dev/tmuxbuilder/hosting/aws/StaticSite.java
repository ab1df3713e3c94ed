package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Host.Provisioned;
import dev.tmuxbuilder.hosting.ReleasePruning;
import dev.tmuxbuilder.hosting.Releases;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.SiteObjects;
import dev.tmuxbuilder.hosting.Wait;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A static site: a private bucket that holds its releases, and a distribution that shows one of
 * them. What is there is read from AWS at every call, by name; nothing is remembered.
 */
final class StaticSite implements AwsSite {
  private static final String GLOBAL = "global";

  private final Site site;
  private final Map<String, String> tags;
  private final AwsClients aws;
  private final Settings.Aws settings;
  private final int earlier;
  private final Clock clock;
  private final Bucket bucket;
  private final AccessControl access;
  private final Edge edge;

  /**
   * @param earlier how many releases are kept besides the live one
   */
  StaticSite(Site site, AwsClients aws, Settings.Aws settings, int earlier, Clock clock) {
    AwsNames names = new AwsNames(site.execution());
    this.site = site;
    this.tags = new AwsTags(settings.tags()).of(site);
    this.aws = aws;
    this.settings = settings;
    this.earlier = earlier;
    this.clock = clock;
    this.bucket = new Bucket(aws, names.bucket());
    this.access = new AccessControl(aws, names.accessControl());
    this.edge =
        new Edge(
            aws,
            names,
            bucket.domainName(),
            new EdgeConfig(settings, names, bucket.domainName()),
            new Wait("aws", settings.pause(), settings.patience()));
  }

  @Override
  public Uni<Provisioned> provision(Progress progress) {
    String stage = "provision";
    return bucket
        .ensure(stage, tags, progress)
        .chain(() -> access.ensure(stage))
        .chain(
            control ->
                edge.ensure(stage, control, tags, progress)
                    .call(
                        found ->
                            bucket.set(
                                stage,
                                List.of(bucket.settings().policy(stage, found.arn())),
                                progress))
                    .map(
                        found ->
                            new Provisioned(
                                found.url(), resources(tags, Optional.of(control), found, tags))));
  }

  @Override
  public Uni<List<Resource>> tag(Progress progress) {
    String stage = "tag";
    return edge(stage)
        .chain(
            found ->
                Uni.combine()
                    .all()
                    .unis(
                        bucket.ensureTags(stage, tags),
                        access.find(stage),
                        edge.ensureTags(stage, found, tags))
                    .asTuple()
                    .map(all -> resources(all.getItem1(), all.getItem2(), found, all.getItem3())))
        .invoke(
            resources ->
                progress.info(
                    stage,
                    "The bucket and the distribution carry " + tags.size() + " tags",
                    Map.of("resources", resources.size(), "tags", tags.size())));
  }

  @Override
  public Uni<Void> upload(Artifact artifact, Progress progress) {
    String stage = "upload";
    requireEntry(artifact);
    return edge(stage)
        .call(found -> new Releases(releases(stage, found)).remember(stage))
        .chain(found -> edge.live(stage, found))
        .chain(
            live ->
                bucket
                    .manifest(stage, artifact.sha256())
                    .chain(
                        there -> {
                          if (there.isPresent()) {
                            progress.info(
                                stage,
                                "This release is here already: %d files"
                                    .formatted(artifact.files().size()),
                                Map.of("artifact_sha256", artifact.sha256(), "uploaded_files", 0));
                            return Uni.createFrom().voidItem();
                          }
                          return manifest(stage, live.release())
                              .chain(
                                  base ->
                                      new StaticUpload(
                                              bucket.store(), settings.concurrency(), progress)
                                          .bring(artifact, base));
                        }));
  }

  private static void requireEntry(Artifact artifact) {
    if (artifact.files().stream().noneMatch(file -> file.path().equals(SiteObjects.INDEX))) {
      throw StepFailure.permanent(
          "upload",
          "no_entry",
          "The site has no “" + SiteObjects.INDEX + "” at its root.",
          "A static site starts there; add the file and deploy again.");
    }
  }

  private Uni<Optional<Manifest>> manifest(String stage, Optional<String> start) {
    return start
        .map(digits -> bucket.manifest(stage, digits))
        .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
  }

  @Override
  public Uni<Void> activate(String artifactSha256, Progress progress) {
    String stage = "activate";
    return edge(stage)
        .chain(
            found ->
                bucket
                    .manifest(stage, artifactSha256)
                    .map(there -> there.orElseThrow(() -> gone(artifactSha256)))
                    .chain(manifest -> activate(stage, found, manifest, progress))
                    .invoke(
                        () ->
                            progress.info(
                                stage,
                                "Release %s is live at %s"
                                    .formatted(Live.shortened(artifactSha256), found.url()),
                                Map.of(
                                    "artifact_sha256",
                                    artifactSha256,
                                    "url",
                                    found.url().toString())))
                    .chain(
                        () ->
                            new ReleasePruning(
                                    releases(stage, found), earlier, settings.concurrency())
                                .prune(progress)));
  }

  private Uni<Void> activate(String stage, Edge.Found found, Manifest manifest, Progress progress) {
    return access
        .ensure(stage)
        .chain(
            control -> edge.show(stage, found, manifest, control, clock.instant().getEpochSecond()))
        .call(() -> edge.deployed(stage, found, progress))
        .chain(
            live ->
                manifest(stage, live.previous())
                    .chain(
                        before ->
                            edge.forget(
                                stage,
                                found,
                                before.map(manifest::changedPaths).orElse(List.of()),
                                live.change(),
                                progress)));
  }

  private BucketReleases releases(String stage, Edge.Found found) {
    return new BucketReleases(bucket.store(), () -> edge.live(stage, found));
  }

  private StepFailure gone(String artifactSha256) {
    return StepFailure.permanent(
        "activate",
        "release_gone",
        "The bucket does not have the release " + Live.shortened(artifactSha256) + " any more.",
        "It keeps the "
            + earlier
            + " releases before the live one (TMUXBUILDER_SITES_RELEASES). Choose a later one, or"
            + " take its source from the site's git repository and redeploy.");
  }

  /** Files cost next to nothing while nobody asks for them. */
  @Override
  public Uni<Void> stop(Progress progress) {
    return Uni.createFrom().voidItem();
  }

  @Override
  public Uni<Void> destroy(Progress progress) {
    String stage = "destroy";
    return edge.remove(stage, progress)
        .chain(() -> access.remove(stage))
        .chain(() -> bucket.remove(stage, progress))
        .chain(this::inventory)
        .invoke(
            left -> {
              if (!left.isEmpty()) {
                throw StepFailure.retryable(
                    stage,
                    "resources_remain",
                    "Still there: " + String.join(", ", left.stream().map(Resource::id).toList()),
                    "Destroy again; see that no other deployment of this site is under way.");
              }
              progress.info(stage, "Nothing of the site is left on AWS", Map.of("resources", 0));
            })
        .replaceWithVoid();
  }

  /** What is there now, whole or not. */
  @Override
  public Uni<List<Resource>> inventory() {
    String stage = "inventory";
    Uni<Optional<Resource>> ofBucket =
        bucket
            .exists(stage)
            .chain(
                there ->
                    there
                        ? bucket.tags(stage).map(all -> Optional.of(bucketResource(all)))
                        : Uni.createFrom().item(Optional.empty()));
    Uni<Optional<Resource>> ofAccess =
        access.find(stage).map(found -> found.map(StaticSite::accessResource));
    Uni<Optional<Resource>> ofEdge =
        edge.find(stage)
            .chain(
                found ->
                    found.isEmpty()
                        ? Uni.createFrom().item(Optional.empty())
                        : edge.tags(stage, found.get())
                            .map(all -> Optional.of(edgeResource(found.get(), all))));
    return Uni.join()
        .all(ofBucket, ofAccess, ofEdge)
        .andFailFast()
        .map(all -> all.stream().flatMap(Optional::stream).toList());
  }

  /** What somebody changed by hand, by the id of what was changed. */
  @Override
  public Uni<Map<String, List<String>>> changes() {
    String stage = "inventory";
    Uni<Optional<Edge.Found>> found = edge.find(stage);
    return Uni.combine()
        .all()
        .unis(bucket.exists(stage), found)
        .asTuple()
        .chain(
            there -> {
              Uni<Map<String, List<String>>> ofBucket =
                  there.getItem1()
                      ? bucket
                          .unset(stage, there.getItem2().map(Edge.Found::arn))
                          .map(names -> Map.of(bucket.name(), names))
                      : Uni.createFrom().item(Map.of());
              Uni<Map<String, List<String>>> ofEdge =
                  there
                      .getItem2()
                      .map(
                          one ->
                              changes(stage, one, there.getItem1())
                                  .map(names -> Map.of(one.id(), names)))
                      .orElseGet(() -> Uni.createFrom().item(Map.of()));
              return Uni.combine()
                  .all()
                  .unis(ofBucket, ofEdge)
                  .with(
                      (one, other) -> {
                        Map<String, List<String>> all = new HashMap<>(one);
                        all.putAll(other);
                        return all;
                      });
            });
  }

  private Uni<List<String>> changes(String stage, Edge.Found found, boolean bucketIsThere) {
    if (!bucketIsThere) {
      return Uni.createFrom().item(List.of("what it should show is gone"));
    }
    return edge.live(stage, found)
        .chain(live -> manifest(stage, live.release()))
        .chain(manifest -> edge.differences(stage, found, manifest));
  }

  private Uni<Edge.Found> edge(String stage) {
    return edge.find(stage).map(found -> found.orElseThrow(() -> notProvisioned(stage)));
  }

  private StepFailure notProvisioned(String stage) {
    return StepFailure.permanent(
        stage,
        "not_provisioned",
        "The site “" + site.name() + "” has no distribution on AWS.",
        "Deploy it from the start.");
  }

  private List<Resource> resources(
      Map<String, String> bucketTags,
      Optional<String> control,
      Edge.Found found,
      Map<String, String> edgeTags) {
    List<Resource> resources = new ArrayList<>();
    resources.add(bucketResource(bucketTags));
    control.map(StaticSite::accessResource).ifPresent(resources::add);
    resources.add(edgeResource(found, edgeTags));
    return resources;
  }

  private Resource bucketResource(Map<String, String> there) {
    return new Resource("aws", Bucket.TYPE, bucket.name(), aws.region(), there);
  }

  private static Resource accessResource(String id) {
    return new Resource("aws", AccessControl.TYPE, id, GLOBAL, Map.of());
  }

  private static Resource edgeResource(Edge.Found found, Map<String, String> there) {
    return new Resource("aws", Edge.TYPE, found.id(), GLOBAL, there);
  }
}
