package dev.tmuxbuilder.hosting.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Holding;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.Spending;
import dev.tmuxbuilder.hosting.TestSites;
import io.smallrye.mutiny.Uni;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a subscription holds of ours is found whosever it is, removed one by one, and paid for. */
class SweepTest {
  private static BlobServer blobs;
  private static Cloud cloud;
  private static FrontDoorStandIn edge;

  private final TestSites.Words words = new TestSites.Words();
  private AzureHost host;

  @BeforeAll
  static void begin() {
    blobs = BlobServer.start();
    cloud = new Cloud(blobs);
    edge = new FrontDoorStandIn(cloud);
  }

  @AfterAll
  static void end() {
    edge.close();
    cloud.close();
    blobs.close();
  }

  @BeforeEach
  void open() {
    cloud.manager().reset();
    cloud.follow();
    host = AzureSites.host(cloud.endpoint(), edge);
  }

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void everyResourceIsFoundWithItsOwnerAndRemovedWithoutTheSite() {
    Site pages = TestSites.site();
    Site program = TestSites.site(SiteType.DYNAMIC);
    await(host.provision(pages, words));
    await(host.provision(program, words));
    List<Holding> found = await(host.holdings());
    for (Site site : List.of(pages, program)) {
      assertThat(found)
          .filteredOn(one -> one.owner().filter(site.execution()::equals).isPresent())
          .extracting(one -> one.resource().id())
          .containsExactlyInAnyOrderElementsOf(
              await(host.inventory(site)).stream().map(one -> one.id()).toList());
    }
    cloud.manager().made("somebody-elses", Map.of());
    cloud.manager().made("tmux-another-environment", Map.of("Environment", "staging"));
    cloud.manager().made("tmux-without-anything", Map.of());
    assertThat(await(host.holdings()))
        .filteredOn(one -> !found.contains(one))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.name()).isEqualTo("tmux-without-anything");
              assertThat(one.owner()).isEmpty();
            });

    await(host.remove(await(host.holdings()), words));
    assertThat(cloud.everything())
        .extracting(id -> id.substring(id.lastIndexOf('/') + 1))
        .containsExactlyInAnyOrder("somebody-elses", "tmux-another-environment");
    await(host.remove(found, words)); // what is gone already is no failure
  }

  @Test
  void aGroupGoesOnlyWithWhatWasNamedAndSingleThingsGoInTheirOrder() {
    Site site = TestSites.site(SiteType.DYNAMIC);
    await(host.provision(site, words));
    List<Holding> found = await(host.holdings());
    List<Holding> group =
        found.stream().filter(one -> one.resource().type().endsWith("resourceGroups")).toList();
    assertThatThrownBy(() -> await(host.remove(group, words)))
        .isInstanceOfSatisfying(
            StepFailure.class,
            failure -> assertThat(failure.info().code()).isEqualTo("group_not_empty"));
    List<Holding> others = found.stream().filter(one -> !group.contains(one)).toList();
    await(host.remove(others.reversed(), words));
    assertThat(cloud.everything()).hasSize(1);
    assertThat(await(host.inventory(site))).hasSize(1);
    await(host.remove(group, words));
    assertThat(cloud.everything()).isEmpty();
  }

  @Test
  void theBillIsReadByTagOverAllItsPages() {
    YearMonth march = YearMonth.of(2026, 3);
    String execution = TestSites.site().execution().toString();
    cloud.manager().costs().charge(march.minusMonths(4), "tmux-builder", execution, "99");
    cloud.manager().costs().charge(march.minusMonths(1), "tmux-builder", execution, "35.12");
    cloud.manager().costs().charge(march, "tmux-builder", execution, "36.5");
    cloud.manager().costs().charge(march, "tmux-builder", "", "0.25");
    cloud.manager().costs().charge(march, "something-else", execution, "7");
    Spending spending = await(host.spending(march.minusMonths(1), march)).orElseThrow();
    assertThat(spending.charges())
        .containsExactly(
            new Spending.Charge(march.minusMonths(1), execution, new BigDecimal("35.12"), "USD"),
            new Spending.Charge(march, execution, new BigDecimal("36.5"), "USD"),
            new Spending.Charge(march, "", new BigDecimal("0.25"), "USD"));
    assertThat(spending.basis()).contains("Cost Management");
    cloud.follow(
        (call, number) -> call.path().endsWith("/query") ? Cloud.Fault.DENIED : Cloud.Fault.NONE);
    assertThatThrownBy(() -> await(host.spending(march, march)))
        .isInstanceOfSatisfying(
            StepFailure.class,
            failure -> {
              assertThat(failure.info().code()).isEqualTo("permission_missing");
              assertThat(failure.info().message())
                  .contains("Microsoft.CostManagement/query/action");
            });
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofSeconds(60));
  }
}
