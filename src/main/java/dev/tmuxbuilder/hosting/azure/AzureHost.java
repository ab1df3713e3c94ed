package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.Receipt.CostEstimate;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.hosting.Holding;
import dev.tmuxbuilder.hosting.Host;
import dev.tmuxbuilder.hosting.Readiness;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.Spending;
import dev.tmuxbuilder.hosting.Wait;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Serves sites on Azure. Costs nothing while nobody wants that: the SDK is loaded, and credentials
 * are looked for, when the first site is wanted there.
 */
@Singleton
public final class AzureHost implements Host {
  private final Settings settings;
  private final AzureAccess access;

  @Inject
  AzureHost(Settings settings) {
    this.settings = settings;
    this.access = new AzureAccess(settings.azure());
  }

  @PreDestroy
  void close() {
    access.close();
  }

  /** Where it works on Azure, in words. */
  @CheckReturnValue
  Uni<String> identity() {
    return access
        .clients("start")
        .map(
            found ->
                "subscription %s (%s)"
                    .formatted(found.subscription().name(), found.subscription().id()));
  }

  @Override
  public HostProvider provider() {
    return HostProvider.AZURE;
  }

  @Override
  public Uni<Readiness> readiness(Optional<TenantId> tenant, SiteType type) {
    return access.readiness(type);
  }

  @Override
  public Uni<Provisioned> provision(Site site, Progress progress) {
    return access
        .introduce("provision", progress)
        .chain(() -> access.requireRights("provision", site.type()))
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
  public boolean chargesByTheHour(SiteType type) {
    return type == SiteType.DYNAMIC;
  }

  @Override
  public Uni<Void> stop(Site site, Progress progress) {
    return with("stop", site, made -> made.stop(progress));
  }

  @Override
  public Uni<Void> destroy(Site site, Progress progress) {
    return with("destroy", site, made -> made.destroy(progress));
  }

  @Override
  public Uni<List<Resource>> inventory(Site site) {
    return with("inventory", site, AzureSite::inventory);
  }

  @Override
  public Uni<Map<String, List<String>>> changes(Site site) {
    return with("inventory", site, AzureSite::changes);
  }

  @Override
  public Map<String, String> tagsOf(Site site) {
    return new AzureTags(settings.azure().tags()).of(site);
  }

  @Override
  public CostEstimate estimate(SiteType type, long bytes) {
    return Prices.read().estimate(type, bytes, settings.azure());
  }

  @Override
  public Uni<List<Holding>> holdings() {
    return access
        .clients(Sweep.STAGE)
        .chain(clients -> new Sweep(clients, settings.azure().tags()).all());
  }

  @Override
  public Set<String> names(ExecutionId execution) {
    return Set.of(new AzureNames(execution).group());
  }

  @Override
  public Uni<Void> remove(List<Holding> holdings, Progress progress) {
    return access
        .clients("remove")
        .chain(
            clients ->
                new Removal(
                        clients,
                        new Wait("azure", settings.azure().pause(), settings.azure().patience()))
                    .of(holdings, progress));
  }

  @Override
  public Uni<Optional<Spending>> spending(YearMonth first, YearMonth last) {
    return settings.azure().costManagement()
        ? access
            .clients("bill")
            .chain(clients -> new Bill(clients, settings.azure().tags()).read(first, last))
            .map(Optional::of)
        : Uni.createFrom().item(Optional.empty());
  }

  private <T> Uni<T> with(String stage, Site site, Function<AzureSite, Uni<T>> work) {
    return access.clients(stage).chain(clients -> work.apply(made(site, clients)));
  }

  private AzureSite made(Site site, AzureClients clients) {
    return switch (site.type()) {
      case STATIC -> new StaticSite(site, clients, settings.azure(), settings.sites().releases());
      case DYNAMIC -> new DynamicSite(site, clients, settings);
    };
  }
}
