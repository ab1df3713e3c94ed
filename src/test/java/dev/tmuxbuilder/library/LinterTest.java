package dev.tmuxbuilder.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinterTest {
  private static final Path PRODUCT = Path.of(".claude-library");

  @TempDir private Path folder;
  private LibraryFolder library;

  @BeforeEach
  void aGoodOne() {
    library = LibraryFolder.in(folder);
  }

  private List<String> flaws() {
    return Linter.lint(library.read()).stream().map(Flaw::toString).toList();
  }

  private void assertFlaw(String path, String words) {
    assertThat(flaws()).singleElement().asString().startsWith(path).contains(words);
  }

  @Test
  void theProductsOwnLibraryHasNoFlaw() throws IOException {
    Library own = Library.read(PRODUCT);

    assertThat(Linter.lint(own)).isEmpty();
    assertThat(own.items()).hasSizeGreaterThanOrEqualTo(30);
  }

  @Test
  void aGoodLibraryHasNone() {
    assertThat(flaws()).isEmpty();
  }

  @Test
  void anUnknownMemberIsSaid() {
    library.replace(LibraryFolder.SKILL, "name:", "colour: red\nname:");

    assertFlaw(LibraryFolder.SKILL, "schema: colour is not known");
  }

  @Test
  void aNameOtherThanTheFoldersIsSaid() {
    library.replace(LibraryFolder.SKILL, "name: one-thing", "name: other");

    assertFlaw(LibraryFolder.SKILL, "schema: name must be that of its file");
  }

  @Test
  void aHostThatDoesNotExistIsSaid() {
    library.replace(LibraryFolder.SKILL, "name:", "hosts: [moon]\nname:");

    assertFlaw(LibraryFolder.SKILL, "hosts has \"moon\"; there are [local, aws, azure]");
  }

  @Test
  void brokenFrontMatterIsSaid() {
    library.replace(LibraryFolder.SKILL, "name:", "name: [\nx:");
    library.rules(
        "{\"id\": \"all\", \"why\": \"Everybody needs it.\", \"include\": [\"agents/**\"]}");

    assertFlaw(LibraryFolder.SKILL, "is no YAML");
  }

  @Test
  void anItemThatIsTooLongIsSaid() {
    library.replace(LibraryFolder.SKILL, "Some words.", "line\n".repeat(100));

    assertFlaw(LibraryFolder.SKILL, "size: has");
  }

  @Test
  void aMissingPartIsSaid() {
    library.replace(LibraryFolder.SKILL, "## When it fails", "## Whatever");

    assertFlaw(LibraryFolder.SKILL, "sections: has no \"## When it fails\"");
  }

  @Test
  void aLinkThatLeadsNowhereIsSaid() {
    library.replace(LibraryFolder.SKILL, "Some words.", "See [it](references/it.md).");

    assertFlaw(LibraryFolder.SKILL, "links: references/it.md is neither");
  }

  @Test
  void aLinkToAFileBesideItIsFine() {
    library.replace(LibraryFolder.SKILL, "Some words.", "See [it](references/it.md).");
    library.write("skills/local/one-thing/references/it.md", "More words.");

    assertThat(flaws()).isEmpty();
  }

  @Test
  void anItemThatDoesNotExistIsSaid() {
    library.replace(LibraryFolder.SKILL, "Some words.", "See `skill:no-such-thing`.");

    assertFlaw(LibraryFolder.SKILL, "links: there is no item no-such-thing");
  }

  @Test
  void aVerbThatTheProductDoesNotHaveIsSaid() {
    library.replace(LibraryFolder.SKILL, "Some words.", "Call `order_pizza(1)`.");

    assertFlaw(LibraryFolder.SKILL, "commands: the product has no verb order_pizza");
  }

  @Test
  void aVerbThatIsUsedAndNotNamedIsSaid() {
    library.replace(LibraryFolder.SKILL, "Some words.", "Call `run_checks`.");

    assertFlaw(LibraryFolder.SKILL, "commands: uses run_checks");
  }

  @Test
  void aProgramThatNoSessionHasIsSaid() {
    library.replace(LibraryFolder.SKILL, "Some words.", "```sh\ncat it | terraform apply\n```\n");

    assertFlaw(LibraryFolder.SKILL, "commands: a session has no program terraform");
  }

  @Test
  void aNameThatIsThereTwiceIsSaid() {
    library.write(
        "agents/testers/one-thing.md",
        LibraryFolder.agent(
            "one-thing", "Folds paper cranes out of yesterday's newspaper sheets."));

    assertThat(flaws()).anyMatch(flaw -> flaw.contains("unique-name"));
  }

  @Test
  void twoOfOnePurposeAreSaid() {
    library.write(
        "skills/local/again/SKILL.md",
        LibraryFolder.skill("again", "Growing: tomatoes, on balcony that has all sun by day."));

    assertFlaw("skills/local/one-thing/SKILL.md", "unique-purpose");
  }

  @Test
  void twoWithTheSameTextAreSaid() throws IOException {
    String copy = Files.readString(folder.resolve(LibraryFolder.SKILL));
    library.write(
        "skills/local/again/SKILL.md",
        copy.replaceFirst("one-thing", "again")
            .replace("Grow tomatoes on a balcony", "Repair a bicycle tube in the rain"));

    assertThat(flaws()).anyMatch(flaw -> flaw.contains("unique-text"));
  }

  @Test
  void anItemThatNoRuleGivesIsSaid() {
    library.rules(
        "{\"id\": \"all\", \"why\": \"Everybody needs it.\", \"include\": [\"agents/**\"]}");

    assertFlaw(LibraryFolder.SKILL, "reach: no rule gives it");
  }

  @Test
  void aRuleForNothingIsSaid() {
    library.rules(
        "{\"id\": \"all\", \"why\": \"Everybody needs it.\","
            + " \"include\": [\"**\", \"skills/moon/*\"]}");

    assertFlaw("injection_rules.json", "skills/moon/* names nothing");
  }

  @Test
  void aRuleThatIsNotAsTheSchemaSaysIsSaid() {
    library.rules(
        "{\"id\": \"all\", \"why\": \"Everybody needs it.\", \"include\": [\"**\"],"
            + " \"priority\": \"high\"}");

    assertFlaw("injection_rules.json", "rules[0].priority must be a whole number");
  }

  @Test
  void aFileThatIsNoItemIsSaid() {
    library.write("skills/local/notes.txt", "no skill");

    assertFlaw("skills/local/notes.txt", "is no skill");
  }
}
