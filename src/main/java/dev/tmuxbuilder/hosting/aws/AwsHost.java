package dev.tmuxbuilder.hosting.aws;

import static java.util.stream.Collectors.toUnmodifiableSet;

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
  private final AwsAccounts accounts;

  @Inject
  AwsHost(Settings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.accounts = new AwsAccounts(settings.aws());
  }

  @PreDestroy
  void close() {
    accounts.close();
  }

  /** Who acts on AWS, in words. */
  @CheckReturnValue
  Uni<String> identity() {
    return accounts.own().identity("start");
  }

  @Override
  public HostProvider provider() {
    return HostProvider.AWS;
  }

  @Override
  public Uni<Readiness> readiness(Optional<TenantId> tenant, SiteType type) {
    return tenant.map(accounts::of).orElseGet(accounts::own).readiness(type);
  }

  @Override
  public Uni<Provisioned> provision(Site site, Progress progress) {
    AwsAccess access = accounts.of(site.tenant());
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
    return inEach(Sweep.STAGE, this::holdings).map(AwsHost::flat);
  }

  private Uni<List<Holding>> holdings(AwsClients clients) {
    return new Sweep(clients, settings.aws().tags()).all();
  }

  @Override
  public Set<String> names(ExecutionId execution) {
    return new AwsNames(execution).all();
  }

  @Override
  public Uni<Void> remove(List<Holding> holdings, Progress progress) {
    return inEach(
            "remove",
            clients -> there(clients, holdings).chain(mine -> remove(clients, mine, progress)))
        .replaceWithVoid();
  }

  private Uni<Void> remove(AwsClients clients, List<Holding> holdings, Progress progress) {
    return new Removal(clients, new Wait("aws", settings.aws().pause(), settings.aws().patience()))
        .of(holdings, progress);
  }

  /** Of these, what is in that account: with one account there is nothing to ask. */
  private Uni<List<Holding>> there(AwsClients clients, List<Holding> holdings) {
    return settings.aws().roles().isEmpty()
        ? Uni.createFrom().item(holdings)
        : holdings(clients)
            .map(
                found ->
                    found.stream().map(one -> one.resource().id()).collect(toUnmodifiableSet()))
            .map(
                ids -> holdings.stream().filter(one -> ids.contains(one.resource().id())).toList());
  }

  @Override
  public Uni<Optional<Spending>> spending(YearMonth first, YearMonth last) {
    return settings.aws().costExplorer()
        ? inEach("bill", clients -> new Bill(clients, settings.aws().tags()).read(first, last))
            .map(AwsHost::together)
        : Uni.createFrom().item(Optional.empty());
  }

  private <T> Uni<List<T>> inEach(String stage, Function<AwsClients, Uni<T>> work) {
    return accounts
        .each(stage)
        .chain(
            all ->
                Uni.join()
                    .all(all.stream().map(one -> one.clients(stage).chain(work::apply)).toList())
                    .usingConcurrencyOf(4)
                    .andFailFast());
  }

  private static <T> List<T> flat(List<List<T>> lists) {
    return lists.stream().flatMap(List::stream).distinct().toList();
  }

  private static Optional<Spending> together(List<Spending> bills) {
    return Optional.of(
        new Spending(
            bills.getFirst().basis(),
            bills.stream().flatMap(bill -> bill.charges().stream()).toList()));
  }

  /** The first use loads the SDK, which takes a moment: on a thread that may wait. */
  private <T> Uni<T> with(String stage, Site site, Function<AwsSite, Uni<T>> work) {
    return VirtualThreads.call(stage + " " + site.name(), () -> work.apply(made(site)))
        .chain(uni -> uni);
  }

  private AwsSite made(Site site) {
    return switch (site.type()) {
      case STATIC ->
          new StaticSite(
              site,
              accounts.of(site.tenant()).clients(),
              settings.aws(),
              settings.sites().releases(),
              clock);
      case DYNAMIC -> new DynamicSite(site, accounts.of(site.tenant()).clients(), settings);
    };
  }
}
