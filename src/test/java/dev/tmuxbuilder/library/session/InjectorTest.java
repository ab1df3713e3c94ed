package dev.tmuxbuilder.library.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tmuxbuilder.library.Library;
import dev.tmuxbuilder.library.LibraryFolder;
import dev.tmuxbuilder.workspace.Workspace;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InjectorTest {
  private static final String GIVEN = ".claude/skills/one-thing/SKILL.md";

  @TempDir private Path session;
  @TempDir private Path libraryFolder;
  private LibraryFolder library;
  private Workspace workspace;

  @BeforeEach
  void aSession() {
    library = LibraryFolder.in(libraryFolder);
    workspace = new Workspace(session);
  }

  private Injector.Outcome equip() throws IOException {
    return equip(library.read());
  }

  private Injector.Outcome equip(Library now) throws IOException {
    List<Chosen> all =
        now.items().stream().map(item -> new Chosen(item, "all", "why", List.of())).toList();
    return new Injector(workspace).become(all, now.digest());
  }

  private String text(String path) throws IOException {
    return Files.readString(session.resolve(path));
  }

  private String record() throws IOException {
    return text("deployment/injection.json");
  }

  @Test
  void whatIsChosenIsThereAndTheRecordSaysWhy() throws IOException {
    assertThat(equip().changed()).isTrue();

    assertThat(text(GIVEN)).contains("name: one-thing");
    assertThat(text(".claude/agents/looker.md")).contains("name: looker");
    assertThat(record()).contains("\"rule\":\"all\"", "\"why\":\"why\"", "\"state\":\"given\"");
  }

  @Test
  void theSameAgainChangesNothing() throws IOException {
    equip();

    assertThat(equip().changed()).isFalse();
  }

  @Test
  void aChangedLibraryReachesTheSession() throws IOException {
    equip();
    library.replace(LibraryFolder.SKILL, "Some words.", "Better words.");

    assertThat(equip().changed()).isTrue();

    assertThat(text(GIVEN)).contains("Better words.");
  }

  @Test
  void whatTheSessionEditedStays() throws IOException {
    equip();
    Files.writeString(session.resolve(GIVEN), "mine");
    library.replace(LibraryFolder.SKILL, "Some words.", "Better words.");

    equip();
    equip();

    assertThat(text(GIVEN)).isEqualTo("mine");
    assertThat(record()).contains("\"state\":\"edited\"");
  }

  @Test
  void whatTheSessionRemovedStaysAway() throws IOException {
    equip();
    Files.delete(session.resolve(GIVEN));

    equip();

    assertThat(session.resolve(GIVEN)).doesNotExist();
  }

  @Test
  void whatIsNoLongerChosenGoesUnlessItWasEdited() throws IOException {
    equip();
    Files.writeString(session.resolve(".claude/agents/looker.md"), "mine");
    new Injector(workspace).become(List.of(), "other");

    assertThat(session.resolve(".claude/skills/one-thing")).doesNotExist();
    assertThat(text(".claude/agents/looker.md")).isEqualTo("mine");
  }

  @Test
  void aSkillOfTheSessionsOwnIsLeftAlone() throws IOException {
    Files.createDirectories(session.resolve(".claude/skills/one-thing"));
    Files.writeString(session.resolve(GIVEN), "I was first");

    equip();
    equip();

    assertThat(text(GIVEN)).isEqualTo("I was first");
    assertThat(record()).contains("\"state\":\"own\"");
  }

  @Test
  void nothingIsWrittenThroughALink(@TempDir Path elsewhere) throws IOException {
    Files.createDirectories(session.resolve(".claude"));
    Files.createSymbolicLink(session.resolve(".claude/skills"), elsewhere);

    assertThatThrownBy(this::equip)
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("link");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void aForgedRecordRemovesNothingElsewhere() throws IOException {
    Path victim = Files.writeString(session.resolve("brief.md"), "the brief");
    String hash = dev.tmuxbuilder.execution.Json.sha256(Files.readAllBytes(victim));
    Files.createDirectories(session.resolve("deployment"));
    Files.writeString(
        session.resolve("deployment/injection.json"),
        """
        {"library": "x", "items": [{"kind": "skill", "name": "x", "from": "x", "rule": "x",
          "why": "x", "words": [], "state": "given", "files": {"../brief.md": "%s",
          "skills/../../brief.md": "%s"}}]}
        """
            .formatted(hash, hash));

    equip();

    assertThat(victim).exists();
  }
}
