package dev.tmuxbuilder.hosting.azure;

import com.azure.resourcemanager.resources.fluent.models.GenericResourceInner;
import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.ArchivePruning;
import dev.tmuxbuilder.hosting.Archives;
import dev.tmuxbuilder.hosting.Chip;
import dev.tmuxbuilder.hosting.Host.Provisioned;
import dev.tmuxbuilder.hosting.MachineReport;
import dev.tmuxbuilder.hosting.Scripts;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.Wait;
import dev.tmuxbuilder.hosting.azure.Things.Thing;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A dynamic site: a resource group with a storage account that holds its releases, a machine that
 * runs one of them, and an address that leads to the machine. What is there is read from Azure at
 * every call, by name; nothing is remembered.
 */
final class DynamicSite implements AzureSite {
  /** A machine has that long to fetch its release, after all that may go before. */
  private static final Duration FETCH = Duration.ofMinutes(10);

  private final Site site;
  private final Map<String, String> tags;
  private final Settings settings;
  private final AzureIds ids;
  private final Group group;
  private final StorageAccount account;
  private final Things things;
  private final Network network;
  private final Machine machine;
  private final Rollout rollout;
  private final Holdings holdings;

  DynamicSite(Site site, AzureClients azure, Settings settings) {
    Settings.Azure here = settings.azure();
    AzureNames names = new AzureNames(site.execution());
    Wait wait = new Wait("azure", here.pause(), here.patience());
    this.site = site;
    this.tags = new AzureTags(here.tags()).of(site);
    this.settings = settings;
    this.ids = new AzureIds(azure.subscription().id(), names);
    this.group = new Group(azure, names.group(), here.location(), wait);
    this.account = new StorageAccount(azure, names, here.location(), wait);
    this.things = new Things(azure, wait);
    this.network = new Network(things, ids);
    this.machine = new Machine(azure, things, ids, here, wait);
    this.rollout = new Rollout(azure, things, ids, wait);
    this.holdings = new Holdings(ids, group, account);
  }

  @Override
  public Uni<Provisioned> provision(Progress progress) {
    String stage = "provision";
    return stand(stage, Optional.empty(), progress)
        .chain(address -> inventory().map(all -> new Provisioned(url(stage, address), all)));
  }

  /** All of it, so that a release can be put live. */
  private Uni<GenericResourceInner> stand(String stage, Optional<Chip> needed, Progress progress) {
    return group
        .ensure(stage, tags, progress)
        .call(() -> account.ensure(stage, tags, progress))
        .call(() -> account.open(stage).chain(store -> store.prepareOwn(stage)))
        .chain(
            made ->
                network
                    .ensure(stage, made.location(), tags, progress)
                    .call(() -> machine.ensure(stage, made.location(), needed, tags, progress)));
  }

  /** What stands already, where it will do: a rollback should be quick. */
  private Uni<GenericResourceInner> standing(
      String stage, GenericResourceInner address, Chip chip, Progress progress) {
    return machine
        .find(stage)
        .chain(
            there ->
                there.filter(one -> Machine.chip(one) == chip).isEmpty()
                    ? Uni.createFrom().item(false)
                    : machine.isRunning(stage))
        .chain(
            so -> so ? Uni.createFrom().item(address) : stand(stage, Optional.of(chip), progress));
  }

  private URI url(String stage, GenericResourceInner address) {
    return Network.url(address).orElseThrow(() -> notProvisioned(stage));
  }

  private StepFailure notProvisioned(String stage) {
    return StepFailure.permanent(
        stage,
        "not_provisioned",
        "The site “" + site.name() + "” has no address on Azure.",
        "Deploy it from the start.");
  }

  @Override
  public Uni<List<Resource>> tag(Progress progress) {
    String stage = "tag";
    return network(stage)
        .chain(() -> group.ensure(stage, tags, progress))
        .call(() -> account.ensure(stage, tags, progress))
        .chain(made -> network.ensure(stage, made.location(), tags, progress))
        .chain(() -> machine.tagged(stage, tags))
        .chain(this::inventory)
        .invoke(
            resources ->
                progress.info(
                    stage,
                    "%d resources carry %d tags".formatted(resources.size(), tags.size()),
                    Map.of("resources", resources.size(), "tags", tags.size())));
  }

  private Uni<GenericResourceInner> network(String stage) {
    return things
        .find(stage, network.address())
        .map(found -> found.orElseThrow(() -> notProvisioned(stage)));
  }

  @Override
  public Uni<Void> upload(Artifact artifact, Progress progress) {
    return account
        .open("upload")
        .chain(store -> new Archives(new BlobArchives(store)).bring(artifact, progress));
  }

  @Override
  public Uni<Void> activate(String artifactSha256, Progress progress) {
    String stage = "activate";
    return network(stage)
        .chain(
            address ->
                account
                    .open(stage)
                    .chain(
                        store ->
                            activate(stage, store, address, artifactSha256, progress)
                                .chain(
                                    said ->
                                        new ArchivePruning(
                                                new BlobArchives(store),
                                                settings.sites().releases())
                                            .prune(artifactSha256, said.lived(), progress))));
  }

  private Uni<MachineReport> activate(
      String stage,
      BlobStore store,
      GenericResourceInner known,
      String artifactSha256,
      Progress progress) {
    return new Archives(new BlobArchives(store))
        .find(stage, artifactSha256)
        .map(there -> there.orElseThrow(() -> gone(artifactSha256)))
        .chain(
            stored ->
                standing(stage, known, stored.chip(), progress)
                    .chain(
                        address ->
                            rollOut(
                                    stage,
                                    known.location(),
                                    artifactSha256,
                                    store.opened(BlobStore.OWN, stored.name(), longest()),
                                    progress)
                                .invoke(
                                    () -> tell(url(stage, address), artifactSha256, progress))));
  }

  private static void tell(URI url, String artifactSha256, Progress progress) {
    progress.info(
        "activate",
        "Release %s is live at %s".formatted(Keys.shortened(artifactSha256), url),
        Map.of("artifact_sha256", artifactSha256, "url", url.toString()));
  }

  private Duration longest() {
    return settings.azure().patience().plus(settings.sites().startDeadline()).plus(FETCH);
  }

  @CheckReturnValue
  private Uni<MachineReport> rollOut(
      String stage, String where, String artifactSha256, String source, Progress progress) {
    String script =
        new Scripts("azure")
            .rollout(
                Map.of(
                    "RELEASE",
                    artifactSha256,
                    "SETUP_SECONDS",
                    Long.toString(settings.azure().patience().toSeconds()),
                    "START_SECONDS",
                    Long.toString(settings.sites().startDeadline().toSeconds())));
    return rollout.run(stage, where, script, Map.of("SOURCE", source), tags, longest(), progress);
  }

  private StepFailure gone(String artifactSha256) {
    return StepFailure.permanent(
        "activate",
        "release_gone",
        "The account does not have the release " + Keys.shortened(artifactSha256) + " any more.",
        "It keeps the "
            + settings.sites().releases()
            + " releases before the live one (TMUXBUILDER_SITES_RELEASES). Choose a later one, or"
            + " take its source from the site's git repository and redeploy.");
  }

  @Override
  public Uni<Void> stop(Progress progress) {
    return machine.stop("stop", progress);
  }

  @Override
  public Uni<Void> destroy(Progress progress) {
    return holdings.destroy(tags, this::inventory, progress);
  }

  @Override
  public Uni<List<Resource>> inventory() {
    return holdings.all("inventory", this::made);
  }

  /** What this service makes, as far as it is there. */
  private Uni<List<Resource>> made() {
    String stage = "inventory";
    Stream<Thing> all =
        Stream.of(
            network.firewall(),
            network.network(),
            network.address(),
            network.card(),
            machine.thing(),
            machine.disk(Chip.ARM64),
            machine.disk(Chip.X86_64));
    return Uni.join()
        .all(
            Stream.concat(
                    Stream.of(holdings.ofGroup(stage), holdings.ofAccount(stage)),
                    all.map(
                        thing ->
                            things
                                .find(stage, thing)
                                .map(found -> found.map(one -> resource(thing, one)))))
                .toList())
        .andFailFast()
        .map(found -> found.stream().flatMap(Optional::stream).toList());
  }

  private static Resource resource(Thing thing, GenericResourceInner one) {
    return Holdings.resource(thing.kind(), thing.id(), one.location(), one.tags());
  }

  @Override
  public Uni<Map<String, List<String>>> changes() {
    String stage = "inventory";
    return Uni.combine()
        .all()
        .unis(network.changes(stage), machine.changes(stage), account.find(stage))
        .with(
            (ofNetwork, ofMachine, ofAccount) -> {
              Map<String, List<String>> words = new TreeMap<>(ofNetwork);
              words.putAll(ofMachine);
              ofAccount.ifPresent(
                  there -> words.put(ids.of(Kind.ACCOUNT), StorageAccount.differences(there)));
              return words;
            });
  }
}
