package dev.tmuxbuilder.hosting.azure;

import com.azure.resourcemanager.cdn.fluent.models.AfdEndpointInner;
import com.azure.resourcemanager.cdn.fluent.models.RouteInner;
import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Host.Provisioned;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.SiteObjects;
import dev.tmuxbuilder.hosting.Wait;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A static site: a resource group with a storage account that holds its releases, and a Front Door
 * that shows one of them. What is there is read from Azure at every call, by name; nothing is
 * remembered.
 */
final class StaticSite {
  private final Site site;
  private final Map<String, String> tags;
  private final Settings.Azure settings;
  private final Group group;
  private final StorageAccount account;
  private final Edge edge;
  private final Holdings holdings;

  StaticSite(Site site, AzureClients azure, Settings.Azure settings) {
    AzureNames names = new AzureNames(site.execution());
    AzureIds ids = new AzureIds(azure.subscription().id(), names);
    Wait wait = new Wait("azure", settings.pause(), settings.patience());
    this.site = site;
    this.tags = new AzureTags(settings.tags()).of(site);
    this.settings = settings;
    this.group = new Group(azure, names, settings.location(), wait);
    this.account = new StorageAccount(azure, names, settings.location(), wait);
    this.edge = new Edge(azure, ids, wait);
    this.holdings = new Holdings(ids, group, account, edge);
  }

  @CheckReturnValue
  Uni<Provisioned> provision(Progress progress) {
    String stage = "provision";
    return group
        .ensure(stage, tags, progress)
        .chain(() -> account.ensure(stage, tags, progress))
        .call(() -> account.open(stage).chain(store -> store.prepare(stage)))
        .chain(made -> edge.ensure(stage, StorageAccount.webHost(made), tags, progress))
        .chain(
            endpoint ->
                holdings
                    .made(stage)
                    .map(resources -> new Provisioned(Edge.url(endpoint), resources)));
  }

  @CheckReturnValue
  Uni<List<Resource>> tag(Progress progress) {
    String stage = "tag";
    return group
        .ensure(stage, tags, progress)
        .chain(() -> account.ensure(stage, tags, progress))
        .chain(() -> edge.ensureTagged(stage, tags, progress))
        .chain(() -> holdings.made(stage))
        .invoke(
            resources ->
                progress.info(
                    stage,
                    "%d resources carry %d tags".formatted(resources.size(), tags.size()),
                    Map.of("resources", resources.size(), "tags", tags.size())));
  }

  @CheckReturnValue
  Uni<Void> upload(Artifact artifact, Progress progress) {
    String stage = "upload";
    requireEntry(artifact);
    return account
        .open(stage)
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
                              .chain(route -> manifest(stage, store, Edge.live(route)))
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

  @CheckReturnValue
  Uni<Void> activate(String artifactSha256, Progress progress) {
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
                                            .invoke(() -> tell(endpoint, manifest, progress)))));
  }

  private static void tell(AfdEndpointInner endpoint, Manifest manifest, Progress progress) {
    progress.info(
        "activate",
        "Release %s is live at %s"
            .formatted(Keys.shortened(manifest.artifactSha256()), Edge.url(endpoint)),
        Map.of("artifact_sha256", manifest.artifactSha256(), "url", Edge.url(endpoint).toString()));
  }

  private static StepFailure releaseGone(String artifactSha256) {
    return StepFailure.permanent(
        "activate",
        "release_gone",
        "The account does not have the release " + Keys.shortened(artifactSha256) + " any more.",
        "Choose a release that is listed, or deploy again.");
  }

  @CheckReturnValue
  Uni<Void> destroy(Progress progress) {
    String stage = "destroy";
    return group
        .remove(stage, tags, progress)
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
              progress.info(stage, "Nothing of the site is left on Azure", Map.of("resources", 0));
            })
        .replaceWithVoid();
  }

  /** What is there now, whole or not. */
  @CheckReturnValue
  Uni<List<Resource>> inventory() {
    return holdings.all("inventory");
  }

  /** What somebody changed by hand, by the id of what was changed. */
  @CheckReturnValue
  Uni<Map<String, List<String>>> changes() {
    return holdings.changes("inventory");
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
