package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.Receipt.CostEstimate;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.hosting.Holding;
import dev.tmuxbuilder.hosting.Host;
import dev.tmuxbuilder.hosting.Readiness;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.Spending;
import dev.tmuxbuilder.hosting.Wait;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Serves sites on AWS. Costs nothing while nobody wants that: the SDK is loaded, and credentials
 * are looked for, when the first site is wanted there.
 */
@Singleton
public final class AwsHost implements Host {
  private final Settings settings;
  private final Clock clock;
  private final AwsAccess access;

  @Inject
  AwsHost(Settings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.access = new AwsAccess(settings.aws());
  }

  @PreDestroy
  void close() {
    access.close();
  }

  /** Who acts on AWS, in words. */
  @CheckReturnValue
  Uni<String> identity() {
    return access.identity("start");
  }

  @Override
  public HostProvider provider() {
    return HostProvider.AWS;
  }

  @Override
  public Uni<Readiness> readiness(SiteType type) {
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
  public Uni<Void> destroy(Site site, Progress progress) {
    return with("destroy", site, made -> made.destroy(progress));
  }

  @Override
  public Uni<List<Resource>> inventory(Site site) {
    return with("inventory", site, AwsSite::inventory);
  }

  @Override
  public Uni<Map<String, List<String>>> changes(Site site) {
    return with("inventory", site, AwsSite::changes);
  }

  @Override
  public Map<String, String> tagsOf(Site site) {
    return new AwsTags(settings.aws().tags()).of(site);
  }

  @Override
  public CostEstimate estimate(SiteType type, long bytes) {
    return Prices.read().estimate(type, bytes, settings.aws());
  }

  @Override
  public Uni<List<Holding>> holdings() {
    return access
        .clients(Sweep.STAGE)
        .chain(clients -> new Sweep(clients, settings.aws().tags()).all());
  }

  @Override
  public Set<String> names(ExecutionId execution) {
    return new AwsNames(execution).all();
  }

  @Override
  public Uni<Void> remove(List<Holding> holdings, Progress progress) {
    return access
        .clients("remove")
        .chain(
            clients ->
                new Removal(
                        clients, new Wait("aws", settings.aws().pause(), settings.aws().patience()))
                    .of(holdings, progress));
  }

  @Override
  public Uni<Optional<Spending>> spending(YearMonth first, YearMonth last) {
    return settings.aws().costExplorer()
        ? access
            .clients("bill")
            .chain(clients -> new Bill(clients, settings.aws().tags()).read(first, last))
            .map(Optional::of)
        : Uni.createFrom().item(Optional.empty());
  }

  /** The first use loads the SDK, which takes a moment: on a thread that may wait. */
  private <T> Uni<T> with(String stage, Site site, Function<AwsSite, Uni<T>> work) {
    return VirtualThreads.call(stage + " " + site.name(), () -> work.apply(made(site)))
        .chain(uni -> uni);
  }

  private AwsSite made(Site site) {
    return switch (site.type()) {
      case STATIC -> new StaticSite(site, access.clients(), settings.aws(), clock);
      case DYNAMIC -> new DynamicSite(site, access.clients(), settings);
    };
  }
}
