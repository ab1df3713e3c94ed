package dev.tmuxbuilder.hosting.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.hosting.Holding;
import dev.tmuxbuilder.hosting.Readiness;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.TestSites;
import dev.tmuxbuilder.platform.Settings.AssumedRole;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A tenant's sites are made by the tenant's role, in the account that the role is in. */
class AwsAccountsTest {
  private static final TenantId WITH_A_ROLE = new TenantId(new UUID(1, 1));
  private static final TenantId WITHOUT = new TenantId(new UUID(2, 2));

  private final TestSites.Words words = new TestSites.Words();

  @Test
  void eachTenantsSitesAreInTheAccountOfItsRole() {
    try (Emulator emulator = Emulator.start(Map.of());
        Wire wire = new Wire(emulator.endpoint());
        Account services = new Account(emulator.endpoint());
        Account tenants = Account.other(emulator.endpoint())) {
      AwsHost host = host(wire);
      Site theirs = TestSites.site(WITH_A_ROLE);
      Site ours = TestSites.site(WITHOUT);
      assertThat(await(host.provision(theirs, words)).resources()).isNotEmpty();
      assertThat(tenants.buckets()).containsExactly(new AwsNames(theirs.execution()).bucket());
      assertThat(services.everything()).isEmpty();
      assertThat(wire.calls())
          .filteredOn(call -> call.body().contains("Action=AssumeRole"))
          .isNotEmpty()
          .allSatisfy(call -> assertThat(call.body()).contains("ExternalId=" + WITH_A_ROLE));

      await(host.provision(ours, words));
      assertThat(services.buckets()).containsExactly(new AwsNames(ours.execution()).bucket());
      List<Holding> held = await(host.holdings());
      assertThat(held.stream().map(one -> one.owner()).flatMap(Optional::stream))
          .contains(theirs.execution(), ours.execution());
      assertThat(held).doesNotHaveDuplicates();

      await(host.remove(held, words));
      assertThat(services.everything()).isEmpty();
      assertThat(tenants.everything()).isEmpty();
      host.close();
    }
  }

  @Test
  void aRoleThatCannotBeTakenOnIsNamedAndNothingIsMade() {
    try (Emulator emulator = Emulator.start(Map.of());
        Wire wire = new Wire(emulator.endpoint());
        Account services = new Account(emulator.endpoint())) {
      wire.follow(
          (call, number) ->
              call.action().equals("AssumeRole") ? Wire.Fault.DENIED : Wire.Fault.NONE);
      AwsHost host = host(wire);
      StepFailure failure =
          catchThrowableOfType(
              StepFailure.class, () -> await(host.provision(TestSites.site(WITH_A_ROLE), words)));
      assertThat(failure.info().code()).isEqualTo("role_refused");
      assertThat(failure.info().message()).contains("arn:aws:iam::222222222222:role/stranger");
      assertThat(await(host.readiness(Optional.of(WITH_A_ROLE), TestSites.site().type())))
          .isInstanceOf(Readiness.NotConfigured.class);
      assertThat(await(host.readiness(Optional.of(WITHOUT), TestSites.site().type())))
          .isEqualTo(new Readiness.Ready());
      assertThatThrownBy(() -> await(host.holdings())).hasMessageContaining("role/stranger");
      assertThat(services.everything()).isEmpty();
      host.close();
    }
  }

  @Test
  void whatIsNoTenantAndRoleIsRefused() {
    assertThat(AssumedRole.of(" " + WITHOUT + "=arn:aws:iam::222222222222:role/sites "))
        .isEqualTo(new AssumedRole(WITHOUT.value(), "arn:aws:iam::222222222222:role/sites"));
    assertThatThrownBy(() -> AssumedRole.of("bakery=arn:aws:iam::222222222222:role/sites"))
        .hasMessageContaining("not a tenant's id");
    assertThatThrownBy(() -> AssumedRole.of(WITHOUT + "=arn:aws:iam::222222222222:user/somebody"))
        .hasMessageContaining("the ARN of a role");
  }

  private static AwsHost host(Wire wire) {
    return AwsSites.host(
        wire.endpoint(), "roles", WITH_A_ROLE + "=arn:aws:iam::222222222222:role/stranger");
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofSeconds(60));
  }
}
