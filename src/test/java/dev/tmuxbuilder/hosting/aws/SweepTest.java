package dev.tmuxbuilder.hosting.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.hosting.Holding;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.TestSites;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an account holds of ours is found whosever it is, and removed one by one. */
class SweepTest {
  private final TestSites.Words words = new TestSites.Words();

  @Test
  void everyResourceIsFoundWithItsOwnerAndRemovedWithoutTheSite() {
    try (Emulator emulator = Emulator.start(Map.of());
        Account account = new Account(emulator.endpoint())) {
      AwsHost host = AwsSites.host(emulator.endpoint());
      List<String> before = account.everything();
      Site pages = TestSites.site(SiteType.STATIC);
      Site program = TestSites.site(SiteType.DYNAMIC);
      await(host.provision(pages, words));
      await(host.provision(program, words));

      List<Holding> found = await(host.holdings());
      assertThat(resources(found, Optional.of(pages.execution()), host))
          .containsExactlyInAnyOrderElementsOf(await(host.inventory(pages)));
      assertThat(resources(found, Optional.of(program.execution()), host))
          .containsExactlyInAnyOrderElementsOf(tagged(await(host.inventory(program))));
      assertThat(found)
          .filteredOn(one -> one.owner().isEmpty())
          .as("what takes no tags is known by its name")
          .extracting(one -> one.resource().type())
          .containsExactly(AccessControl.TYPE);

      List<String> ofOurs = account.everything();
      account.bucket("somebody-elses", Map.of());
      account.bucket("tmux-another-environment", Map.of("Environment", "staging"));
      account.bucket("tmux-without-anything", Map.of());
      assertThat(await(host.holdings()))
          .filteredOn(one -> !found.contains(one))
          .extracting(Holding::name, Holding::owner)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("tmux-without-anything", Optional.empty()));

      await(host.remove(await(host.holdings()), words));
      assertThat(account.everything())
          .containsExactlyInAnyOrderElementsOf(
              with(before, "bucket somebody-elses", "bucket tmux-another-environment"))
          .hasSizeLessThan(ofOurs.size());
      await(host.remove(found, words)); // what is gone already is no failure
      host.close();
    }
  }

  /** AWS tags a machine's network card as the call that starts the machine says; moto does not. */
  private static List<Resource> tagged(List<Resource> held) {
    return held.stream()
        .filter(one -> !one.type().equals(Remains.CARD) || !one.tags().isEmpty())
        .toList();
  }

  /** By tag or, where it takes none, by name. */
  private static List<Resource> resources(
      List<Holding> found, Optional<ExecutionId> owner, AwsHost host) {
    return found.stream()
        .filter(
            one ->
                one.takesTags()
                    ? one.owner().equals(owner)
                    : host.names(owner.orElseThrow()).contains(one.name()))
        .map(Holding::resource)
        .toList();
  }

  private static List<String> with(List<String> some, String... others) {
    List<String> all = new ArrayList<>(some);
    all.addAll(List.of(others));
    return all;
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofSeconds(120));
  }
}
