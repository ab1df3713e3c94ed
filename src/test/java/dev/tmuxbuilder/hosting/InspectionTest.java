package dev.tmuxbuilder.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.Resource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InspectionTest {
  private static final Map<String, String> TAGS = Map.of("Project", "p", "Owner", "o");
  private static final Resource BUCKET = resource("bucket", TAGS);
  private static final Resource KEY = resource("key", Map.of());

  @Test
  void whatIsAsItWasMadeHasNoDrift() {
    Inspection seen = Inspection.of(List.of(BUCKET, KEY), List.of(BUCKET, KEY), TAGS, Map.of());
    assertThat(seen.items()).allMatch(item -> item.present() && item.drift().isEmpty());
  }

  @Test
  void whatIsMissingIsListedAsWell() {
    Inspection seen = Inspection.of(List.of(KEY), List.of(BUCKET, KEY), TAGS, Map.of());
    assertThat(seen.items())
        .filteredOn(item -> !item.present())
        .singleElement()
        .satisfies(
            item -> {
              assertThat(item.resource()).isEqualTo(BUCKET);
              assertThat(item.drift()).containsExactly("missing");
            });
  }

  @Test
  void tagsThatWereTakenAwayOrChangedAreNamed() {
    Resource edited = resource("bucket", Map.of("Project", "mine"));
    Inspection seen = Inspection.of(List.of(edited), List.of(BUCKET), TAGS, Map.of());
    assertThat(seen.items().getFirst().drift())
        .containsExactlyInAnyOrder("tag Project is mine", "tag Owner is missing");
  }

  @Test
  void whatNoReceiptNamesAndWhatWasChangedByHandIsSaid() {
    Resource other = resource("other", TAGS);
    Inspection seen =
        Inspection.of(
            List.of(BUCKET, other), List.of(BUCKET), TAGS, Map.of("bucket", List.of("is open")));
    assertThat(seen.items().getFirst().drift()).containsExactly("is open");
    assertThat(seen.items().getLast().drift()).containsExactly("not in the receipt");
  }

  private static Resource resource(String id, Map<String, String> tags) {
    return new Resource("cloud", "Thing", id, "here", tags);
  }
}
