package dev.tmuxbuilder.library;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small library without a flaw, to be spoilt. */
public final class LibraryFolder {
  public static final String SKILL = "skills/local/one-thing/SKILL.md";
  public static final String AGENT = "agents/testers/looker.md";

  private final Path root;

  private LibraryFolder(Path root) {
    this.root = root;
  }

  public static LibraryFolder in(Path root) {
    LibraryFolder folder = new LibraryFolder(root);
    folder.write(SKILL, skill("one-thing", "Grow tomatoes on a balcony that has sun all day."));
    folder.write(AGENT, agent("looker", "Counts the birds that come to a winter feeder at dawn."));
    folder.rules("{\"id\": \"all\", \"why\": \"Everybody needs it.\", \"include\": [\"**\"]}");
    return folder;
  }

  public static String skill(String name, String description) {
    return "---\nname: " + name + "\ndescription: \"" + description + "\"\n---\n\n" + body(name);
  }

  public static String agent(String name, String description) {
    return skill(name, description);
  }

  private static String body(String name) {
    StringBuilder lines = new StringBuilder("# About " + name + "\n\nSome words.\n\n## Steps\n\n");
    for (int i = 1; i <= 9; i++) {
      lines.append(i).append(". ").append(name).append(" step ").append(i * name.hashCode());
      lines.append('\n');
    }
    return lines + "\n## It worked when\n\n- It did.\n\n## When it fails\n\n- Again.\n";
  }

  public Path root() {
    return root;
  }

  public LibraryFolder rules(String... rules) {
    return write(
        "injection_rules.json",
        "{\"$schema\": \"urn:tmux-builder:injection-rules:1\", \"most_by_relevance\": 2,"
            + " \"rules\": ["
            + String.join(",", rules)
            + "]}");
  }

  public LibraryFolder write(String path, String content) {
    try {
      Path file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
      return this;
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  public LibraryFolder replace(String path, String what, String by) {
    try {
      String before = Files.readString(root.resolve(path));
      if (!before.contains(what)) {
        throw new IllegalArgumentException(path + " has no " + what);
      }
      return write(path, before.replace(what, by));
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  public Library read() {
    try {
      return Library.read(root);
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }
}
