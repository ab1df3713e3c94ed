package dev.tmuxbuilder.hosting.azure;

import com.azure.resourcemanager.cdn.fluent.models.AfdEndpointInner;
import com.azure.resourcemanager.cdn.fluent.models.RouteInner;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A static site: a resource group with a storage account that holds its releases, and a Front Door
 * that shows one of them. What is there is read from Azure at every call, by name; nothing is
 * remembered.
 */
final class StaticSite implements AzureSite {
  private final Site site;
  private final Map<String, String> tags;
  private final Settings.Azure settings;
  private final int earlier;
  private final AzureIds ids;
  private final Group group;
  private final StorageAccount account;
  private final Edge edge;
  private final Holdings holdings;

  /**
   * @param earlier how many releases are kept besides the live one
   */
  StaticSite(Site site, AzureClients azure, Settings.Azure settings, int earlier) {
    AzureNames names = new AzureNames(site.execution());
    this.ids = new AzureIds(azure.subscription().id(), names);
    Wait wait = new Wait("azure", settings.pause(), settings.patience());
    this.site = site;
    this.tags = new AzureTags(settings.tags()).of(site);
    this.settings = settings;
    this.earlier = earlier;
    this.group = new Group(azure, names.group(), settings.location(), wait);
    this.account = new StorageAccount(azure, names, settings.location(), wait);
    this.edge = new Edge(azure, ids, wait);
    this.holdings = new Holdings(ids, group, account);
  }

  @Override
  public Uni<Provisioned> provision(Progress progress) {
    String stage = "provision";
    return group
        .ensure(stage, tags, progress)
        .chain(() -> account.ensure(stage, tags, progress))
        .call(() -> account.open(stage).chain(store -> store.prepare(stage)))
        .chain(made -> edge.ensure(stage, StorageAccount.webHost(made), tags, progress))
        .chain(
            endpoint ->
                made(stage).map(resources -> new Provisioned(Edge.url(endpoint), resources)));
  }

  @Override
  public Uni<List<Resource>> tag(Progress progress) {
    String stage = "tag";
    return group
        .ensure(stage, tags, progress)
        .chain(() -> account.ensure(stage, tags, progress))
        .chain(() -> edge.ensureTagged(stage, tags, progress))
        .chain(() -> made(stage))
        .invoke(
            resources ->
                progress.info(
                    stage,
                    "%d resources carry %d tags".formatted(resources.size(), tags.size()),
                    Map.of("resources", resources.size(), "tags", tags.size())));
  }

  @Override
  public Uni<Void> upload(Artifact artifact, Progress progress) {
    String stage = "upload";
    requireEntry(artifact);
    return account
        .open(stage)
        .call(store -> new Releases(releases(stage, store)).remember(stage))
        .chain(
            store ->
                manifest(stage, store, artifact.sha256())
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
                          return route(stage)
                              .chain(route -> manifest(stage, store, Way.live(route)))
                              .chain(
                                  live ->
                                      new StaticUpload(store, settings.concurrency(), progress)
                                          .bring(artifact, live));
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

  private static Uni<Optional<Manifest>> manifest(String stage, BlobStore store, String release) {
    return release.isEmpty()
        ? Uni.createFrom().item(Optional.empty())
        : store
            .read(stage, BlobStore.OWN, Keys.manifest(release))
            .map(found -> found.map(Manifest::parse));
  }

  @Override
  public Uni<Void> activate(String artifactSha256, Progress progress) {
    String stage = "activate";
    return account
        .open(stage)
        .chain(
            store ->
                manifest(stage, store, artifactSha256)
                    .map(there -> there.orElseThrow(() -> releaseGone(artifactSha256)))
                    .chain(
                        manifest ->
                            endpoint(stage)
                                .chain(
                                    endpoint ->
                                        new Activation(store, edge, endpoint, progress)
                                            .of(manifest)
                                            .invoke(() -> tell(endpoint, manifest, progress))))
                    .chain(
                        () ->
                            new ReleasePruning(
                                    releases(stage, store), earlier, settings.concurrency())
                                .prune(progress)));
  }

  private BlobReleases releases(String stage, BlobStore store) {
    return new BlobReleases(
        store,
        settings.concurrency(),
        () -> edge.route(stage).map(found -> found.map(Way::live).orElse("")));
  }

  private static void tell(AfdEndpointInner endpoint, Manifest manifest, Progress progress) {
    progress.info(
        "activate",
        "Release %s is live at %s"
            .formatted(Keys.shortened(manifest.artifactSha256()), Edge.url(endpoint)),
        Map.of("artifact_sha256", manifest.artifactSha256(), "url", Edge.url(endpoint).toString()));
  }

  private StepFailure releaseGone(String artifactSha256) {
    return StepFailure.permanent(
        "activate",
        "release_gone",
        "The account does not have the release " + Keys.shortened(artifactSha256) + " any more.",
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
    return holdings.destroy(tags, this::inventory, progress);
  }

  @Override
  public Uni<List<Resource>> inventory() {
    return holdings.all("inventory", () -> made("inventory"));
  }

  /** What this service makes, as far as it is there. */
  private Uni<List<Resource>> made(String stage) {
    return Uni.join()
        .all(
            holdings.ofGroup(stage),
            holdings.ofAccount(stage),
            edge.profile(stage)
                .map(found -> found.map(one -> resource(Kind.PROFILE, one.location(), one.tags()))),
            edge.endpoint(stage)
                .map(
                    found -> found.map(one -> resource(Kind.ENDPOINT, one.location(), one.tags()))))
        .andFailFast()
        .map(all -> all.stream().flatMap(Optional::stream).toList());
  }

  private Resource resource(Kind kind, String location, Map<String, String> there) {
    return Holdings.resource(kind, ids.of(kind), location, there);
  }

  @Override
  public Uni<Map<String, List<String>>> changes() {
    String stage = "inventory";
    return Uni.combine()
        .all()
        .unis(account.find(stage), edge.endpoint(stage), edge.route(stage))
        .asTuple()
        .chain(
            there ->
                there.getItem1().isEmpty()
                    ? Uni.createFrom().item(edgeChanges(there.getItem2(), there.getItem3()))
                    : account
                        .open(stage)
                        .chain(
                            store ->
                                Uni.combine()
                                    .all()
                                    .unis(
                                        store.servesWebsite(stage),
                                        showsAsTold(stage, store, there.getItem3()))
                                    .with(
                                        (serves, shows) -> {
                                          Map<String, List<String>> words =
                                              edgeChanges(there.getItem2(), there.getItem3());
                                          words.put(
                                              ids.of(Kind.ACCOUNT),
                                              with(
                                                  StorageAccount.differences(
                                                      there.getItem1().get()),
                                                  serves,
                                                  "no longer so: its website is on"));
                                          words.computeIfPresent(
                                              ids.of(Kind.ENDPOINT),
                                              (id, all) ->
                                                  with(
                                                      all,
                                                      shows,
                                                      "somebody changed the rules of its release"));
                                          return words;
                                        })));
  }

  private Map<String, List<String>> edgeChanges(
      Optional<AfdEndpointInner> endpoint, Optional<RouteInner> route) {
    Map<String, List<String>> words = new TreeMap<>();
    endpoint.ifPresent(there -> words.put(ids.of(Kind.ENDPOINT), Edge.differences(there, route)));
    return words;
  }

  private static List<String> with(List<String> words, boolean so, String otherwise) {
    return so ? words : Stream.concat(words.stream(), Stream.of(otherwise)).toList();
  }

  private Uni<Boolean> showsAsTold(String stage, BlobStore store, Optional<RouteInner> route) {
    return manifest(stage, store, route.map(Way::live).orElse(""))
        .chain(
            live ->
                live.isEmpty() ? Uni.createFrom().item(true) : edge.showsAsTold(stage, live.get()));
  }

  private Uni<AfdEndpointInner> endpoint(String stage) {
    return edge.endpoint(stage).map(found -> found.orElseThrow(() -> notProvisioned(stage)));
  }

  private Uni<RouteInner> route(String stage) {
    return edge.route(stage).map(found -> found.orElseThrow(() -> notProvisioned(stage)));
  }

  private StepFailure notProvisioned(String stage) {
    return StepFailure.permanent(
        stage,
        "not_provisioned",
        "The site “" + site.name() + "” has no Front Door endpoint.",
        "Deploy it from the start.");
  }
}
