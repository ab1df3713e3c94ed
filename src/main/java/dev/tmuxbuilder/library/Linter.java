package dev.tmuxbuilder.library;

import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.SiteType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Judges a library as a whole: whether each item is one that an agent can rely on. */
public final class Linter {
  private static final double SAME_PURPOSE = 0.7;
  private static final double SAME_TEXT = 0.2;

  private final Library library;
  private final List<Flaw> flaws;

  private Linter(Library library) {
    this.library = library;
    this.flaws = new ArrayList<>(library.flaws());
  }

  /** Everything that is wrong, in the order of the files. */
  public static List<Flaw> lint(Library library) {
    return new Linter(library).judge();
  }

  private List<Flaw> judge() {
    Set<String> names = new HashSet<>();
    library.items().forEach(item -> names.add(item.name()));
    for (Item item : library.items()) {
      new ItemLint(item, names, flaws).judge();
    }
    unique();
    alike();
    reached();
    globs();
    return flaws.stream()
        .distinct()
        .sorted(java.util.Comparator.comparing(Flaw::path).thenComparing(Flaw::rule))
        .toList();
  }

  private void unique() {
    Map<String, Item> byName = new HashMap<>();
    for (Item item : library.items()) {
      Item other = byName.putIfAbsent(item.name(), item);
      if (other != null) {
        flaws.add(new Flaw(item.path(), "unique-name", other.path() + " has that name"));
      }
    }
  }

  private void alike() {
    List<Item> items = library.items();
    List<Set<Integer>> shingles =
        items.stream().map(item -> Similarity.shingles(item.body())).toList();
    for (int i = 0; i < items.size(); i++) {
      for (int j = i + 1; j < items.size(); j++) {
        Item one = items.get(i);
        Item other = items.get(j);
        double purpose = Similarity.ofPurposes(one.description(), other.description());
        double text = Similarity.ofTexts(shingles.get(i), shingles.get(j));
        if (purpose > SAME_PURPOSE) {
          flaws.add(alike(other, one, "unique-purpose", "description", purpose));
        }
        if (text > SAME_TEXT) {
          flaws.add(alike(other, one, "unique-text", "text", text));
        }
      }
    }
  }

  private static Flaw alike(Item item, Item other, String rule, String what, double how) {
    String message = "its %s is that of %s to %.0f %%";
    return new Flaw(item.path(), rule, message.formatted(what, other.path(), how * 100));
  }

  /** A session of each kind, with a brief of just the words that a rule waits for. */
  private void reached() {
    Set<String> reached = new HashSet<>();
    for (Rule rule : library.rules().rules()) {
      String brief = String.join(" ", rule.words());
      for (HostProvider host : HostProvider.values()) {
        for (SiteType type : SiteType.values()) {
          for (AgentKind agent : AgentKind.values()) {
            Selection selection = Selection.of(library, new Situation(host, type, agent, brief));
            selection.given().forEach(choice -> reached.add(choice.item().address()));
            selection.candidates().forEach(choice -> reached.add(choice.item().address()));
          }
        }
      }
    }
    for (Item item : library.items()) {
      if (!reached.contains(item.address())) {
        flaws.add(new Flaw(item.path(), "reach", "no rule gives it to any session"));
      }
    }
  }

  private void globs() {
    for (Rule rule : library.rules().rules()) {
      List<String> all = new ArrayList<>(rule.include());
      all.addAll(rule.exclude());
      for (String glob : all) {
        if (library.items().stream().noneMatch(item -> Rule.names(glob, item))) {
          flaws.add(new Flaw(Rules.FILE, "reach", rule.id() + ": " + glob + " names nothing"));
        }
      }
    }
  }
}
