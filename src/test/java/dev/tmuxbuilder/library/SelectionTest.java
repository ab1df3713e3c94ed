package dev.tmuxbuilder.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.SiteType;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelectionTest {
  @TempDir private Path folder;
  private LibraryFolder library;

  @BeforeEach
  void twoItems() {
    library = LibraryFolder.in(folder);
  }

  private Selection select(String brief) {
    return Selection.of(
        library.read(),
        new Situation(HostProvider.LOCAL, SiteType.STATIC, AgentKind.CLAUDE, brief));
  }

  private static List<String> names(List<Selection.Choice> choices) {
    return choices.stream().map(choice -> choice.item().name()).toList();
  }

  @Test
  void theRuleOfHigherPriorityDecides() {
    library.rules(
        "{\"id\": \"no\", \"why\": \"Nobody needs helpers.\", \"priority\": 9,"
            + " \"exclude\": [\"agents/**\"]}",
        "{\"id\": \"all\", \"why\": \"Everybody needs it.\", \"include\": [\"**\"]}");

    assertThat(names(select("").given())).containsExactly("one-thing");
  }

  @Test
  void aRuleWithWordsWaitsForOneOfThem() {
    library.rules(
        "{\"id\": \"shop\", \"why\": \"The brief has a shop.\", \"include\": [\"**\"],"
            + " \"match\": {\"words\": [\"web shop\", \"cart\"]}}");

    assertThat(select("A cartoon museum").given()).isEmpty();
    assertThat(select("We want a Web Shop.").given()).hasSize(2);
  }

  @Test
  void anItemsOwnHostsHoldWhateverTheRulesSay() {
    library.replace(LibraryFolder.SKILL, "name:", "hosts: [aws]\nname:");

    assertThat(names(select("").given())).containsExactly("looker");
  }

  @Test
  void whatIsGivenByRelevanceIsACandidateOnly() {
    library.rules(
        "{\"id\": \"all\", \"why\": \"Everybody may need it.\", \"include\": [\"**\"],"
            + " \"by_relevance\": true}");

    Selection selection = select("");

    assertThat(selection.given()).isEmpty();
    assertThat(selection.candidates()).hasSize(2);
    assertThat(selection.most()).isEqualTo(2);
  }

  @Test
  void aLaterLibraryTakesThePlaceOfItemsAndRules(@TempDir Path other) {
    LibraryFolder later =
        LibraryFolder.in(other)
            .replace(LibraryFolder.SKILL, "Some words.", "Other words.")
            .rules(
                "{\"id\": \"all\", \"why\": \"Only these are needed.\","
                    + " \"include\": [\"skills/**\"]}");

    Library both = library.read().and(later.read());

    assertThat(both.items()).hasSize(2);
    Situation situation = new Situation(HostProvider.AWS, SiteType.DYNAMIC, AgentKind.OPENCODE, "");
    assertThat(Selection.of(both, situation).given())
        .singleElement()
        .satisfies(choice -> assertThat(choice.item().body()).contains("Other words."));
  }
}
