package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Progress;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.Address;
import software.amazon.awssdk.services.ec2.model.DomainType;
import software.amazon.awssdk.services.ec2.model.ResourceType;

/**
 * The Elastic IP address of a site, which gives it its URL and stays when its machine is another.
 * AWS knows no repeated wish for an address, so it is looked for by its tags first, and of several
 * one is kept.
 */
final class Addresses {
  static final String TYPE = "AWS::EC2::EIP";

  private final Ec2AsyncClient ec2;
  private final Ec2AsyncClient ec2Once;
  private final Ec2Tags tags;
  private final String region;
  private final Once once;

  Addresses(AwsClients aws, Ec2Tags tags, Once once) {
    this.ec2 = aws.ec2();
    this.ec2Once = aws.ec2Once();
    this.region = aws.region();
    this.tags = tags;
    this.once = once;
  }

  /**
   * Where visitors find it.
   *
   * @see <a href="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html">its form</a>
   */
  static URI url(String ip, String region) {
    String place = region.equals("us-east-1") ? "compute-1" : region + ".compute";
    String suffix = region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
    return URI.create("http://ec2-" + ip.replace('.', '-') + "." + place + suffix + "/");
  }

  URI url(Address address) {
    return url(address.publicIp(), region);
  }

  /** The one in use first, else the same one at every look. */
  @CheckReturnValue
  Uni<List<Address>> all(String stage) {
    return Calls.make(
            stage,
            "ec2:DescribeAddresses",
            () -> ec2.describeAddresses(describe -> describe.filters(tags.ofOwner())))
        .map(
            answer ->
                answer.addresses().stream()
                    .sorted(
                        Comparator.comparing((Address one) -> !inUse(one))
                            .thenComparing(Address::allocationId))
                    .toList());
  }

  private static boolean inUse(Address address) {
    return address.associationId() != null && !address.associationId().isEmpty();
  }

  @CheckReturnValue
  Uni<Address> ensure(String stage, Progress progress) {
    return once.make(
            () -> all(stage).map(List::stream).map(all -> all.findFirst()),
            () -> allocate(stage, progress))
        .call(
            kept ->
                all(stage)
                    .chain(
                        all ->
                            release(
                                stage,
                                all.stream()
                                    .filter(one -> !inUse(one))
                                    .filter(one -> !one.allocationId().equals(kept.allocationId()))
                                    .toList())));
  }

  private Uni<Address> allocate(String stage, Progress progress) {
    return Calls.make(
            stage,
            "ec2:AllocateAddress",
            () ->
                ec2Once.allocateAddress(
                    allocate ->
                        allocate
                            .domain(DomainType.VPC)
                            .tagSpecifications(tags.onCreate(ResourceType.ELASTIC_IP))))
        .map(
            made ->
                Address.builder()
                    .allocationId(made.allocationId())
                    .publicIp(made.publicIp())
                    .tags(tags.all())
                    .build())
        .invoke(made -> progress.info(stage, "Made the address " + made.publicIp()));
  }

  /** Leads the address to the machine, away from any other. */
  @CheckReturnValue
  Uni<Void> lead(String stage, Address address, String instanceId, Progress progress) {
    if (inUse(address) && instanceId.equals(address.instanceId())) {
      return Uni.createFrom().voidItem();
    }
    return Calls.make(
            stage,
            "ec2:AssociateAddress",
            () ->
                ec2.associateAddress(
                    associate ->
                        associate
                            .allocationId(address.allocationId())
                            .instanceId(instanceId)
                            .allowReassociation(true)))
        .invoke(
            () ->
                progress.info(
                    stage, "The address " + address.publicIp() + " leads to " + instanceId))
        .replaceWithVoid();
  }

  @CheckReturnValue
  Uni<Void> remove(String stage, Progress progress) {
    return all(stage)
        .call(all -> disconnect(stage, all))
        .chain(
            all ->
                release(stage, all)
                    .invoke(
                        () -> {
                          if (!all.isEmpty()) {
                            progress.info(
                                stage, "Gave back the address " + all.getFirst().publicIp());
                          }
                        }));
  }

  private Uni<Void> disconnect(String stage, List<Address> all) {
    return each(
        all.stream().filter(Addresses::inUse).toList(),
        one ->
            Calls.raw(
                    () -> ec2.disassociateAddress(away -> away.associationId(one.associationId())))
                .onFailure(AwsFailures::isGone)
                .recoverWithNull()
                .onFailure()
                .transform(failure -> AwsFailures.of(stage, "ec2:DisassociateAddress", failure)));
  }

  private Uni<Void> release(String stage, List<Address> all) {
    return each(
        all,
        one ->
            Calls.raw(() -> ec2.releaseAddress(give -> give.allocationId(one.allocationId())))
                .onFailure(AwsFailures::isGone)
                .recoverWithNull()
                .onFailure()
                .transform(failure -> AwsFailures.of(stage, "ec2:ReleaseAddress", failure)));
  }

  private static Uni<Void> each(
      List<Address> all, java.util.function.Function<Address, Uni<?>> work) {
    return Multi.createFrom()
        .iterable(all)
        .onItem()
        .transformToUniAndConcatenate(one -> work.apply(one).replaceWithVoid())
        .collect()
        .last()
        .replaceWithVoid();
  }

  static Optional<String> leadsTo(Address address) {
    return Optional.ofNullable(address.instanceId()).filter(id -> !id.isEmpty());
  }
}
