package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Holding;
import dev.tmuxbuilder.hosting.Wait;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.services.ec2.model.Address;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterface;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/** Removes single resources, whosever they were: what others hang on goes last. */
record Removal(AwsClients aws, Wait waiting) {
  private static final String STAGE = "remove";

  private static final List<String> ORDER =
      List.of(
          Machines.TYPE,
          Addresses.TYPE,
          Remains.CARD,
          Remains.DISK,
          Firewall.TYPE,
          Role.PROFILE_TYPE,
          Role.TYPE,
          Edge.TYPE,
          AccessControl.TYPE,
          Bucket.TYPE);

  @CheckReturnValue
  Uni<Void> of(List<Holding> holdings, Progress progress) {
    return each(
        holdings.stream()
            .sorted(Comparator.comparing(one -> ORDER.indexOf(one.resource().type())))
            .toList(),
        one -> remove(one, progress));
  }

  private Uni<Void> remove(Holding one, Progress progress) {
    String id = one.resource().id();
    Ec2Tags named = new Ec2Tags(one.name(), Map.of());
    return switch (one.resource().type()) {
      case Machines.TYPE -> machine(id, progress);
      case Addresses.TYPE -> address(id, progress);
      case Remains.CARD, Remains.DISK -> new Remains(aws, named).remove(STAGE, one.resource());
      case Firewall.TYPE -> new Firewall(aws, named).remove(STAGE, id, waiting, progress);
      case Role.TYPE, Role.PROFILE_TYPE ->
          new Role(aws, id, "", Optional.empty())
              .remove(STAGE)
              .invoke(() -> progress.info(STAGE, "Removed the role " + id));
      case Edge.TYPE ->
          new EdgeState(aws.cloudFront(), waiting)
              .remove(STAGE, id, progress)
              .onFailure(Removal::isGone)
              .recoverWithNull();
      case AccessControl.TYPE -> new AccessControl(aws, one.name()).remove(STAGE);
      case Bucket.TYPE -> new Bucket(aws, id).remove(STAGE, progress);
      default ->
          throw new IllegalArgumentException("no resource of ours: " + one.resource().type());
    };
  }

  private static boolean isGone(Throwable failure) {
    return failure instanceof StepFailure known && known.info().code().equals("resource_missing");
  }

  /** With the network cards that it may leave behind. */
  private Uni<Void> machine(String id, Progress progress) {
    return cards(id)
        .chain(
            cards ->
                gone(
                        "ec2:TerminateInstances",
                        Calls.raw(() -> aws.ec2().terminateInstances(end -> end.instanceIds(id))))
                    .chain(
                        () ->
                            waiting.until(
                                STAGE,
                                "The machine " + id + " ends",
                                progress,
                                () -> ended(id),
                                end -> end))
                    .chain(() -> each(cards, card -> card(card, progress))))
        .invoke(() -> progress.info(STAGE, "Ended the machine " + id));
  }

  private Uni<List<String>> cards(String id) {
    return instances(id)
        .map(
            all ->
                all.stream()
                    .flatMap(one -> one.networkInterfaces().stream())
                    .map(InstanceNetworkInterface::networkInterfaceId)
                    .toList());
  }

  /** AWS lets go of a card a moment after its machine has ended, and as a rule removes it then. */
  private Uni<Void> card(String id, Progress progress) {
    return waiting
        .until(
            STAGE,
            "AWS lets go of the network card " + id,
            progress,
            () ->
                gone(
                        "ec2:DeleteNetworkInterface",
                        Calls.raw(
                            () ->
                                aws.ec2()
                                    .deleteNetworkInterface(
                                        delete -> delete.networkInterfaceId(id))))
                    .replaceWith(true)
                    .onFailure(Removal::isInUse)
                    .recoverWithItem(false),
            gone -> gone)
        .replaceWithVoid();
  }

  private static boolean isInUse(Throwable failure) {
    return failure.getCause() != null
        && AwsFailures.hasCode(failure.getCause(), "InvalidNetworkInterface.InUse");
  }

  private static <T> Uni<Void> each(List<T> all, Function<T, Uni<Void>> work) {
    return Multi.createFrom()
        .iterable(all)
        .onItem()
        .transformToUniAndConcatenate(one -> work.apply(one))
        .collect()
        .last()
        .replaceWithVoid();
  }

  private Uni<Boolean> ended(String id) {
    return instances(id)
        .map(
            all ->
                all.stream().allMatch(one -> one.state().name() == InstanceStateName.TERMINATED));
  }

  private Uni<List<Instance>> instances(String id) {
    return Calls.make(
            STAGE,
            "ec2:DescribeInstances",
            () ->
                aws.ec2()
                    .describeInstances(describe -> describe.filters(Ec2Tags.is("instance-id", id))))
        .map(
            answer ->
                answer.reservations().stream()
                    .flatMap(reservation -> reservation.instances().stream())
                    .toList());
  }

  private Uni<Void> address(String id, Progress progress) {
    return Calls.make(
            STAGE,
            "ec2:DescribeAddresses",
            () ->
                aws.ec2()
                    .describeAddresses(
                        describe -> describe.filters(Ec2Tags.is("allocation-id", id))))
        .chain(
            answer ->
                answer.addresses().isEmpty()
                    ? Uni.createFrom().voidItem()
                    : disconnect(answer.addresses().getFirst()))
        .chain(
            () ->
                gone(
                    "ec2:ReleaseAddress",
                    Calls.raw(() -> aws.ec2().releaseAddress(give -> give.allocationId(id)))))
        .invoke(() -> progress.info(STAGE, "Gave back the address " + id));
  }

  private Uni<Void> disconnect(Address address) {
    String association = address.associationId();
    return association == null || association.isEmpty()
        ? Uni.createFrom().voidItem()
        : gone(
            "ec2:DisassociateAddress",
            Calls.raw(
                () -> aws.ec2().disassociateAddress(away -> away.associationId(association))));
  }

  private static Uni<Void> gone(String call, Uni<?> removal) {
    return removal
        .onFailure(AwsFailures::isGone)
        .recoverWithNull()
        .onFailure()
        .transform(failure -> AwsFailures.of(STAGE, call, failure))
        .replaceWithVoid();
  }
}
