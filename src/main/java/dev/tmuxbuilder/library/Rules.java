package dev.tmuxbuilder.library;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of a library, the one that counts first.
 *
 * @param mostByRelevance how many items a session is given at most because they bear on its brief
 */
public record Rules(int mostByRelevance, List<Rule> rules) {
  public static final String SCHEMA = "urn:tmux-builder:injection-rules:1";
  static final String FILE = "injection_rules.json";

  public Rules {
    rules =
        rules.stream()
            .sorted(Comparator.comparingInt(Rule::priority).reversed().thenComparing(Rule::id))
            .toList();
  }

  /** With the rules of a later library, which take the place of those with the same id. */
  Rules and(Rules later) {
    Map<String, Rule> byId = new LinkedHashMap<>();
    rules.forEach(rule -> byId.put(rule.id(), rule));
    later.rules().forEach(rule -> byId.put(rule.id(), rule));
    return new Rules(later.mostByRelevance(), List.copyOf(byId.values()));
  }
}
