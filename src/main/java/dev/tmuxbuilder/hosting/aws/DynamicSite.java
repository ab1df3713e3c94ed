package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.ArchivePruning;
import dev.tmuxbuilder.hosting.Archives;
import dev.tmuxbuilder.hosting.Chip;
import dev.tmuxbuilder.hosting.Host.Provisioned;
import dev.tmuxbuilder.hosting.Scripts;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.Wait;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ec2.model.Address;
import software.amazon.awssdk.services.ec2.model.Instance;

/**
 * A dynamic site: a private bucket that holds its releases, a machine that runs one of them, and an
 * address that leads to the machine. What is there is read from AWS at every call, by name and
 * tags; nothing is remembered.
 */
final class DynamicSite implements AwsSite {
  /** What IAM says reaches EC2 within seconds, now and then half a minute. */
  private static final Duration SPREADING = Duration.ofMinutes(2);

  private final Site site;
  private final Map<String, String> tags;
  private final AwsClients aws;
  private final Settings settings;
  private final Wait wait;
  private final Bucket bucket;
  private final Archives archives;
  private final Role role;
  private final Firewall firewall;
  private final Addresses addresses;
  private final Machines machines;
  private final Remains remains;
  private final Holdings holdings;

  DynamicSite(Site site, AwsClients aws, Settings settings) {
    AwsNames names = new AwsNames(site.execution());
    this.site = site;
    this.aws = aws;
    this.settings = settings;
    this.tags = new AwsTags(settings.aws().tags()).of(site);
    this.wait = new Wait("aws", settings.aws().pause(), settings.aws().patience());
    Ec2Tags ec2Tags = new Ec2Tags(names.securityGroup(), tags);
    Once once = new Once(settings.aws().pause());
    this.bucket = new Bucket(aws, names.bucket());
    this.archives = new Archives(new BucketArchives(bucket.store()));
    this.role = new Role(aws, names.role(), names.bucket(), settings.aws().boundary());
    this.firewall = new Firewall(aws, ec2Tags);
    this.addresses = new Addresses(aws, ec2Tags, once);
    this.machines =
        new Machines(aws, ec2Tags, settings.aws(), once, wait, wait.withPatience(SPREADING));
    this.remains = new Remains(aws, ec2Tags);
    this.holdings =
        new Holdings(bucket, role, firewall, addresses, machines, remains, aws.region());
  }

  /** What stands, and holds together. */
  private record Standing(Address address, Instance machine) {}

  @Override
  public Uni<Provisioned> provision(Progress progress) {
    String stage = "provision";
    return bucket
        .ensure(stage, tags, progress)
        .chain(() -> stand(stage, Optional.empty(), progress))
        .chain(
            standing ->
                inventory().map(all -> new Provisioned(addresses.url(standing.address()), all)));
  }

  /**
   * Sees to it that everything but the bucket is there and holds together.
   *
   * @param needed where a release asks for a processor; else what is there will do
   */
  private Uni<Standing> stand(String stage, Optional<Chip> needed, Progress progress) {
    return role.ensure(stage, tags, progress)
        .chain(() -> firewall.ensure(stage, progress))
        .chain(
            group ->
                addresses
                    .ensure(stage, progress)
                    .chain(
                        address ->
                            machine(stage, group, needed, progress)
                                .call(found -> machines.demandTokens(stage, found))
                                .call(
                                    found ->
                                        addresses.lead(
                                            stage, address, found.instanceId(), progress))
                                .map(found -> new Standing(address, found))));
  }

  /** What stands already, where it will do: a rollback should be quick. */
  private Uni<Standing> standing(String stage, Chip chip, Progress progress) {
    return addresses
        .all(stage)
        .chain(
            all ->
                machines
                    .here(stage)
                    .map(
                        here ->
                            here.stream()
                                .filter(one -> Machines.differences(one).isEmpty())
                                .filter(one -> machines.fits(one, chip))
                                .flatMap(
                                    one ->
                                        all.stream()
                                            .filter(
                                                address ->
                                                    Addresses.leadsTo(address)
                                                        .filter(one.instanceId()::equals)
                                                        .isPresent())
                                            .map(address -> new Standing(address, one)))
                                .findFirst()))
        .chain(
            found ->
                found
                    .map(there -> Uni.createFrom().item(there))
                    .orElseGet(() -> stand(stage, Optional.of(chip), progress)));
  }

  private Uni<Instance> machine(
      String stage, String group, Optional<Chip> needed, Progress progress) {
    Machines.Wanted wanted = new Machines.Wanted(needed.orElse(Chip.ARM64), role.name(), group);
    return machines
        .ensure(stage, wanted, progress)
        .chain(
            found ->
                needed.isEmpty() || machines.fits(found, needed.get())
                    ? Uni.createFrom().item(found)
                    : machines.replace(stage, found, wanted, progress));
  }

  @Override
  public Uni<List<Resource>> tag(Progress progress) {
    String stage = "tag";
    return provisioned(stage)
        .chain(this::inventory)
        .chain(
            there ->
                there.stream().allMatch(one -> AwsTags.carries(one.tags(), tags))
                    ? Uni.createFrom().item(there)
                    : tagMissing(stage, there).chain(this::inventory))
        .invoke(
            resources ->
                progress.info(
                    stage,
                    resources.size() + " resources carry " + tags.size() + " tags",
                    Map.of("resources", resources.size(), "tags", tags.size())));
  }

  private Uni<Void> tagMissing(String stage, List<Resource> there) {
    List<String> missing =
        there.stream()
            .filter(one -> one.type().startsWith("AWS::EC2::"))
            .filter(one -> !AwsTags.carries(one.tags(), tags))
            .map(Resource::id)
            .toList();
    return bucket
        .ensureTags(stage, tags)
        .chain(() -> role.ensureTags(stage, tags))
        .chain(() -> machines.setTags(stage, missing));
  }

  private Uni<Address> provisioned(String stage) {
    return addresses
        .all(stage)
        .map(all -> all.stream().findFirst().orElseThrow(() -> notProvisioned(stage)));
  }

  private StepFailure notProvisioned(String stage) {
    return StepFailure.permanent(
        stage,
        "not_provisioned",
        "The site “" + site.name() + "” has no address on AWS.",
        "Deploy it from the start.");
  }

  @Override
  public Uni<Void> upload(Artifact artifact, Progress progress) {
    return archives.bring(artifact, progress);
  }

  @Override
  public Uni<Void> activate(String artifactSha256, Progress progress) {
    String stage = "activate";
    return provisioned(stage)
        .chain(() -> archives.find(stage, artifactSha256))
        .map(there -> there.orElseThrow(() -> gone(artifactSha256)))
        .chain(
            stored ->
                standing(stage, stored.chip(), progress)
                    .chain(
                        standing ->
                            new Rollout(aws, wait, longestRollout())
                                .run(
                                    stage,
                                    standing.machine().instanceId(),
                                    script(artifactSha256, stored),
                                    progress)
                                .invoke(() -> tell(stage, standing, artifactSha256, progress))))
        .chain(
            said ->
                new ArchivePruning(archives.store(), settings.sites().releases())
                    .prune(artifactSha256, said.lived(), progress));
  }

  private void tell(String stage, Standing standing, String artifactSha256, Progress progress) {
    String url = addresses.url(standing.address()).toString();
    progress.info(
        stage,
        "Release %s is live at %s".formatted(Live.shortened(artifactSha256), url),
        Map.of("artifact_sha256", artifactSha256, "url", url));
  }

  private Duration longestRollout() {
    return settings.aws().patience().plus(settings.sites().startDeadline());
  }

  private String script(String artifactSha256, Archives.Stored stored) {
    return new Scripts("aws")
        .rollout(
            Map.of(
                "BUCKET", bucket.name(),
                "KEY", stored.name(),
                "REGION", aws.region(),
                "RELEASE", artifactSha256,
                "SETUP_SECONDS", Long.toString(settings.aws().patience().toSeconds()),
                "START_SECONDS", Long.toString(settings.sites().startDeadline().toSeconds())));
  }

  private StepFailure gone(String artifactSha256) {
    return StepFailure.permanent(
        "activate",
        "release_gone",
        "The bucket does not have the release " + Live.shortened(artifactSha256) + " any more.",
        "It keeps the "
            + settings.sites().releases()
            + " releases before the live one (TMUXBUILDER_SITES_RELEASES). Choose a later one, or"
            + " take its source from the site's git repository and redeploy.");
  }

  @Override
  public Uni<Void> stop(Progress progress) {
    return machines.stop("stop", progress);
  }

  @Override
  public Uni<Void> destroy(Progress progress) {
    String stage = "destroy";
    return machines
        .remove(stage, progress)
        .chain(() -> addresses.remove(stage, progress))
        .chain(() -> holdings.group(stage))
        .chain(group -> remains.remove(stage, group))
        .chain(() -> firewall.remove(stage, wait, progress))
        .chain(() -> role.remove(stage))
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

  @Override
  public Uni<List<Resource>> inventory() {
    return holdings.all();
  }

  @Override
  public Uni<Map<String, List<String>>> changes() {
    return holdings.changes();
  }
}
