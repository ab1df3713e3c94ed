package dev.tmuxbuilder.library;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a session is given by rule, and what it may be given besides.
 *
 * @param given for certain
 * @param candidates of which those are given that bear on the brief most
 * @param most how many of the candidates at most
 */
public record Selection(List<Choice> given, List<Choice> candidates, int most) {
  public Selection {
    given = List.copyOf(given);
    candidates = List.copyOf(candidates);
  }

  /** An item with the rule that named it. */
  public record Choice(Item item, Rule rule) {}

  public static Selection of(Library library, Situation situation) {
    List<Rule> rules =
        library.rules().rules().stream().filter(rule -> rule.matches(situation)).toList();
    List<Choice> given = new ArrayList<>();
    List<Choice> candidates = new ArrayList<>();
    for (Item item : library.items()) {
      if (item.fits(situation)) {
        deciding(rules, item)
            .filter(rule -> !rule.excludes(item))
            .ifPresent(
                rule -> (rule.byRelevance() ? candidates : given).add(new Choice(item, rule)));
      }
    }
    return new Selection(given, candidates, library.rules().mostByRelevance());
  }

  private static Optional<Rule> deciding(List<Rule> rules, Item item) {
    return rules.stream().filter(rule -> rule.excludes(item) || rule.includes(item)).findFirst();
  }
}
