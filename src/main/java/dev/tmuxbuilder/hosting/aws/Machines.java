package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Chip;
import dev.tmuxbuilder.hosting.Scripts;
import dev.tmuxbuilder.hosting.Wait;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.HttpTokensState;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceMetadataEndpointState;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.ShutdownBehavior;
import software.amazon.awssdk.services.ec2.model.VolumeType;

/** The EC2 instance of a site. There is one at a time; what is there is found by its tags. */
final class Machines {
  static final String TYPE = "AWS::EC2::Instance";

  private static final String ROOT_DEVICE = "/dev/xvda";
  private static final Set<InstanceStateName> HERE =
      Set.of(
          InstanceStateName.PENDING,
          InstanceStateName.RUNNING,
          InstanceStateName.STOPPING,
          InstanceStateName.STOPPED);

  private final AwsClients aws;
  private final Ec2AsyncClient ec2;
  private final Images images;
  private final Ec2Tags tags;
  private final Settings.Aws settings;
  private final Once once;
  private final Wait wait;
  private final Wait spreading;

  /**
   * @param spreading for what IAM has made and EC2 has not heard of yet
   */
  Machines(
      AwsClients aws, Ec2Tags tags, Settings.Aws settings, Once once, Wait wait, Wait spreading) {
    this.aws = aws;
    this.ec2 = aws.ec2();
    this.images = new Images(aws);
    this.tags = tags;
    this.settings = settings;
    this.once = once;
    this.wait = wait;
    this.spreading = spreading;
  }

  /** What a machine is made with. */
  record Wanted(Chip chip, String profile, String securityGroup) {}

  /** Those that were not ended, the one that serves first. */
  @CheckReturnValue
  Uni<List<Instance>> here(String stage) {
    return all(stage)
        .map(
            all ->
                all.stream()
                    .filter(one -> HERE.contains(one.state().name()))
                    .sorted(
                        Comparator.comparing(
                                (Instance one) -> one.state().name() != InstanceStateName.RUNNING)
                            .thenComparing(Instance::launchTime)
                            .thenComparing(Instance::instanceId))
                    .toList());
  }

  private Uni<List<Instance>> all(String stage) {
    return Calls.make(
            stage,
            "ec2:DescribeInstances",
            () -> ec2.describeInstances(describe -> describe.filters(tags.ofOwner())))
        .map(
            answer ->
                answer.reservations().stream()
                    .flatMap(reservation -> reservation.instances().stream())
                    .toList());
  }

  private String type(Chip chip) {
    return switch (chip) {
      case ARM64 -> settings.instanceArm();
      case X86_64 -> settings.instanceX86();
    };
  }

  boolean fits(Instance instance, Chip chip) {
    return instance.instanceTypeAsString().equals(type(chip))
        || (!instance.instanceTypeAsString().equals(type(other(chip)))
            && instance.architectureAsString().startsWith(chip.wire()));
  }

  private static Chip other(Chip chip) {
    return chip == Chip.ARM64 ? Chip.X86_64 : Chip.ARM64;
  }

  /** The one machine of the site, running; extra ones, which a lost answer may leave, end. */
  @CheckReturnValue
  Uni<Instance> ensure(String stage, Wanted wanted, Progress progress) {
    return once.make(
            () -> here(stage).map(all -> all.stream().findFirst()),
            () -> launch(stage, wanted, progress))
        .call(kept -> endOthers(stage, kept, progress))
        .call(kept -> start(stage, kept, progress))
        .chain(kept -> running(stage, kept.instanceId(), progress));
  }

  /** Ends what is there and makes another one; what the site wrote on its disk is gone then. */
  @CheckReturnValue
  Uni<Instance> replace(String stage, Instance old, Wanted wanted, Progress progress) {
    progress.warn(
        stage,
        "The release needs a %s processor: the machine %s makes way, and what the site stored on its disk with it"
            .formatted(wanted.chip().wire(), old.instanceId()));
    return end(stage, List.of(old), progress).chain(() -> ensure(stage, wanted, progress));
  }

  private Uni<Void> endOthers(String stage, Instance kept, Progress progress) {
    return here(stage)
        .chain(
            all ->
                terminate(
                    stage,
                    all.stream()
                        .map(Instance::instanceId)
                        .filter(id -> !id.equals(kept.instanceId()))
                        .toList()));
  }

  private Uni<Void> start(String stage, Instance kept, Progress progress) {
    if (kept.state().name() != InstanceStateName.STOPPED
        && kept.state().name() != InstanceStateName.STOPPING) {
      return Uni.createFrom().voidItem();
    }
    return wait.until(
            stage,
            "The machine " + kept.instanceId() + " stops",
            progress,
            () -> state(stage, kept.instanceId()),
            state -> state != InstanceStateName.STOPPING)
        .chain(
            () ->
                Calls.make(
                    stage,
                    "ec2:StartInstances",
                    () -> ec2.startInstances(start -> start.instanceIds(kept.instanceId()))))
        .invoke(() -> progress.info(stage, "Started the machine " + kept.instanceId() + " again"))
        .replaceWithVoid();
  }

  /** Lets what runs stand still; the disk and what is on it stay. It may have happened before. */
  @CheckReturnValue
  Uni<Void> stop(String stage, Progress progress) {
    return here(stage)
        .call(
            all -> {
              List<String> running =
                  all.stream()
                      .filter(one -> one.state().name() != InstanceStateName.STOPPED)
                      .map(Instance::instanceId)
                      .toList();
              return running.isEmpty()
                  ? Uni.createFrom().voidItem()
                  : Calls.make(
                          stage,
                          "ec2:StopInstances",
                          () -> ec2.stopInstances(stop -> stop.instanceIds(running)))
                      .chain(() -> standsStill(stage, progress));
            })
        .invoke(
            all ->
                all.forEach(one -> progress.info(stage, "Stopped the machine " + one.instanceId())))
        .replaceWithVoid();
  }

  private Uni<Void> standsStill(String stage, Progress progress) {
    return wait.until(
            stage,
            "The machine stops",
            progress,
            () -> here(stage),
            all -> all.stream().allMatch(one -> one.state().name() == InstanceStateName.STOPPED))
        .replaceWithVoid();
  }

  private Uni<InstanceStateName> state(String stage, String id) {
    return all(stage)
        .map(
            all ->
                all.stream()
                    .filter(one -> one.instanceId().equals(id))
                    .map(one -> one.state().name())
                    .findFirst()
                    .orElse(InstanceStateName.PENDING)); // it was made a moment ago
  }

  private Uni<Instance> running(String stage, String id, Progress progress) {
    return wait.until(
            stage,
            "The machine " + id + " starts",
            progress,
            () ->
                all(stage)
                    .map(
                        all -> all.stream().filter(one -> one.instanceId().equals(id)).findFirst()),
            found ->
                found.filter(one -> one.state().name() != InstanceStateName.PENDING).isPresent())
        .map(
            found -> {
              Instance instance = found.orElseThrow();
              if (instance.state().name() != InstanceStateName.RUNNING) {
                throw StepFailure.retryable(
                    stage,
                    "machine_ended",
                    "The machine %s is %s instead of running (%s)."
                        .formatted(
                            id, instance.state().nameAsString(), instance.stateTransitionReason()),
                    "Redeploy: another one is made, and the URL stays.");
              }
              return instance;
            });
  }

  private Uni<Instance> launch(String stage, Wanted wanted, Progress progress) {
    return images
        .newest(stage, wanted.chip())
        .chain(
            image ->
                all(stage)
                    .map(ended -> token(wanted, image, ended))
                    .chain(token -> launch(stage, wanted, image, token, progress)));
  }

  /** The same for the same wish, until a machine that it made has ended. */
  private String token(Wanted wanted, String image, List<Instance> before) {
    List<String> ended = before.stream().map(Instance::instanceId).sorted().toList();
    return Json.digest(
        Map.of(
            "name", tags.name(),
            "image", image,
            "type", type(wanted.chip()),
            "group", wanted.securityGroup(),
            "ended", ended));
  }

  private Uni<Instance> launch(
      String stage, Wanted wanted, String image, String token, Progress progress) {
    return spreading
        .until(
            stage,
            "IAM tells EC2 of the instance profile",
            progress,
            () -> run(stage, wanted, image, token, progress),
            Optional::isPresent)
        .map(Optional::orElseThrow)
        .chain(
            made ->
                HERE.contains(made.state().name())
                    ? Uni.createFrom().item(made)
                    : run(stage, wanted, image, UUID.randomUUID().toString(), progress)
                        .map(Optional::orElseThrow)) // the token belongs to a machine that ended
        .invoke(
            made ->
                progress.info(
                    stage,
                    "Made the machine %s, %s with %s"
                        .formatted(made.instanceId(), type(wanted.chip()), image),
                    Map.of(
                        "instance", made.instanceId(),
                        "instance_type", type(wanted.chip()),
                        "image", image)));
  }

  private Uni<Optional<Instance>> run(
      String stage, Wanted wanted, String image, String token, Progress progress) {
    return Calls.raw(
            () ->
                aws.ec2Once()
                    .runInstances(
                        run ->
                            run.clientToken(token)
                                .imageId(image)
                                .instanceType(type(wanted.chip()))
                                .minCount(1)
                                .maxCount(1)
                                .securityGroupIds(wanted.securityGroup())
                                .iamInstanceProfile(profile -> profile.name(wanted.profile()))
                                .metadataOptions(
                                    metadata ->
                                        metadata
                                            .httpTokens(HttpTokensState.REQUIRED)
                                            .httpEndpoint(InstanceMetadataEndpointState.ENABLED)
                                            .httpPutResponseHopLimit(1))
                                .blockDeviceMappings(
                                    disk ->
                                        disk.deviceName(ROOT_DEVICE)
                                            .ebs(
                                                ebs ->
                                                    ebs.volumeType(VolumeType.GP3)
                                                        .volumeSize(settings.diskGb())
                                                        .encrypted(true)
                                                        .deleteOnTermination(true)))
                                .instanceInitiatedShutdownBehavior(ShutdownBehavior.STOP)
                                .userData(
                                    Base64.getEncoder()
                                        .encodeToString(
                                            new Scripts("aws")
                                                .machine()
                                                .getBytes(StandardCharsets.UTF_8)))
                                .tagSpecifications(
                                    tags.onCreate(
                                        ResourceType.INSTANCE,
                                        ResourceType.VOLUME,
                                        ResourceType.NETWORK_INTERFACE))))
        .map(answer -> Optional.of(answer.instances().getFirst()))
        .onFailure(failure -> AwsFailures.hasCode(failure, "InvalidParameterValue"))
        .invoke(failure -> progress.warn(stage, "EC2 says: " + failure.getMessage()))
        .onFailure(failure -> AwsFailures.hasCode(failure, "InvalidParameterValue"))
        .recoverWithItem(Optional.empty())
        .onFailure()
        .transform(failure -> AwsFailures.of(stage, "ec2:RunInstances", failure));
  }

  /** What is not as it was made, in words. */
  static List<String> differences(Instance instance) {
    List<String> words = new ArrayList<>();
    if (instance.state().name() != InstanceStateName.RUNNING) {
      words.add("it is " + instance.state().nameAsString());
    }
    if (instance.metadataOptions() != null
        && instance.metadataOptions().httpTokens() != HttpTokensState.REQUIRED) {
      words.add("its metadata service answers without a token");
    }
    return words;
  }

  /** The metadata service answers only who asks with a token, as it was made. */
  @CheckReturnValue
  Uni<Void> demandTokens(String stage, Instance instance) {
    return differences(instance).isEmpty()
        ? Uni.createFrom().voidItem()
        : Calls.make(
                stage,
                "ec2:ModifyInstanceMetadataOptions",
                () ->
                    ec2.modifyInstanceMetadataOptions(
                        modify ->
                            modify
                                .instanceId(instance.instanceId())
                                .httpTokens(HttpTokensState.REQUIRED)
                                .httpEndpoint(InstanceMetadataEndpointState.ENABLED)
                                .httpPutResponseHopLimit(1)))
            .replaceWithVoid();
  }

  @CheckReturnValue
  Uni<Void> remove(String stage, Progress progress) {
    return all(stage)
        .map(
            all ->
                all.stream()
                    .filter(one -> one.state().name() != InstanceStateName.TERMINATED)
                    .toList())
        .chain(all -> end(stage, all, progress));
  }

  private Uni<Void> end(String stage, List<Instance> machines, Progress progress) {
    if (machines.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<String> ids = machines.stream().map(Instance::instanceId).toList();
    return terminate(stage, ids)
        .chain(
            () ->
                wait.until(
                    stage,
                    "The machine " + String.join(", ", ids) + " ends",
                    progress,
                    () -> all(stage),
                    all ->
                        all.stream()
                            .filter(one -> ids.contains(one.instanceId()))
                            .allMatch(one -> one.state().name() == InstanceStateName.TERMINATED)))
        .invoke(() -> progress.info(stage, "Ended the machine " + String.join(", ", ids)))
        .replaceWithVoid();
  }

  private Uni<Void> terminate(String stage, List<String> ids) {
    return ids.isEmpty()
        ? Uni.createFrom().voidItem()
        : Calls.raw(() -> ec2.terminateInstances(end -> end.instanceIds(ids)))
            .onFailure(AwsFailures::isGone)
            .recoverWithNull()
            .onFailure()
            .transform(failure -> AwsFailures.of(stage, "ec2:TerminateInstances", failure))
            .replaceWithVoid();
  }

  /** Sets the tags that are missing on things of EC2, by their ids. */
  @CheckReturnValue
  Uni<Void> setTags(String stage, List<String> ids) {
    return ids.isEmpty()
        ? Uni.createFrom().voidItem()
        : Calls.make(
                stage,
                "ec2:CreateTags",
                () -> ec2.createTags(create -> create.resources(ids).tags(tags.all())))
            .replaceWithVoid();
  }
}
