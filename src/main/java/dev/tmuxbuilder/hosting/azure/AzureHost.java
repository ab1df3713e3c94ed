package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.Receipt.CostEstimate;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Host;
import dev.tmuxbuilder.hosting.Readiness;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Serves sites on Azure. Costs nothing while nobody wants that: the SDK is loaded, and credentials
 * are looked for, when the first site is wanted there.
 */
@Singleton
public final class AzureHost implements Host {
  private final Settings.Azure settings;
  private final AzureAccess access;

  @Inject
  AzureHost(Settings settings) {
    this.settings = settings.azure();
    this.access = new AzureAccess(settings.azure());
  }

  @PreDestroy
  void close() {
    access.close();
  }

  @Override
  public HostProvider provider() {
    return HostProvider.AZURE;
  }

  @Override
  public Uni<Readiness> readiness(SiteType type) {
    return switch (type) {
      case STATIC -> access.readiness();
      case DYNAMIC -> Uni.createFrom().item(new Readiness.NotOffered(type));
    };
  }

  @Override
  public Uni<Provisioned> provision(Site site, Progress progress) {
    return access
        .introduce("provision", progress)
        .chain(() -> with("provision", site, made -> made.provision(progress)));
  }

  @Override
  public Uni<List<Resource>> tag(Site site, Progress progress) {
    return with("tag", site, made -> made.tag(progress));
  }

  @Override
  public Uni<Void> upload(Site site, Artifact artifact, Progress progress) {
    return with("upload", site, made -> made.upload(artifact, progress));
  }

  @Override
  public Uni<Void> activate(Site site, String artifactSha256, Progress progress) {
    return with("activate", site, made -> made.activate(artifactSha256, progress));
  }

  @Override
  public Uni<Void> destroy(Site site, Progress progress) {
    return with("destroy", site, made -> made.destroy(progress));
  }

  @Override
  public Uni<List<Resource>> inventory(Site site) {
    return with("inventory", site, StaticSite::inventory);
  }

  @Override
  public Uni<Map<String, List<String>>> changes(Site site) {
    return with("inventory", site, StaticSite::changes);
  }

  @Override
  public Map<String, String> tagsOf(Site site) {
    return new AzureTags(settings.tags()).of(site);
  }

  @Override
  public CostEstimate estimate(SiteType type, long bytes) {
    return Prices.read().staticSite(bytes);
  }

  private <T> Uni<T> with(String stage, Site site, Function<StaticSite, Uni<T>> work) {
    return switch (site.type()) {
      case STATIC ->
          access
              .clients(stage)
              .chain(clients -> work.apply(new StaticSite(site, clients, settings)));
      case DYNAMIC ->
          Uni.createFrom()
              .failure(
                  StepFailure.permanent(
                      stage,
                      "not_offered",
                      "Dynamic sites are not made on Azure.",
                      "Choose aws or local for a dynamic site."));
    };
  }
}
