package dev.tmuxbuilder.brief;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SlugsTest {
  @Property
  void anyTextGivesALegalSlugOrNone(
      @ForAll String text, @ForAll @IntRange(min = 1, max = 60) int max) {
    assertThat(Slugs.slug(text, max))
        .matches("|[a-z0-9]+(-[a-z0-9]+)*")
        .hasSizeLessThanOrEqualTo(max);
  }

  @Property
  void noSlugIsGivenTwice(@ForAll List<String> texts) {
    Slugs slugs = new Slugs(Set.of("index"));
    Set<String> given = new HashSet<>(Set.of("index"));
    for (String text : texts) {
      assertThat(given.add(slugs.unique(text, "section-1"))).isTrue();
    }
  }
}
