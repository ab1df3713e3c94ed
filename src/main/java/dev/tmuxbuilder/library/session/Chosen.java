package dev.tmuxbuilder.library.session;

import dev.tmuxbuilder.library.Item;
import dev.tmuxbuilder.library.Selection;
import java.util.List;

/**
 * An item for a session.
 *
 * @param words that it shares with the brief; empty where a rule alone decided
 */
record Chosen(Item item, String rule, String why, List<String> words) {
  static Chosen byRule(Selection.Choice choice) {
    return new Chosen(choice.item(), choice.rule().id(), choice.rule().why(), List.of());
  }

  static Chosen byRelevance(Selection.Choice choice, List<String> words) {
    return new Chosen(
        choice.item(),
        choice.rule().id(),
        choice.rule().why() + " Shares with the brief: " + String.join(", ", words) + ".",
        words);
  }
}
