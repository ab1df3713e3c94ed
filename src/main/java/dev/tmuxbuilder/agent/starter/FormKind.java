package dev.tmuxbuilder.agent.starter;

import dev.tmuxbuilder.brief.Brief;
import java.util.List;
import java.util.Locale;

/** What visitors can do on a dynamic site. */
enum FormKind {
  /** Entries are for everybody to read. */
  GUESTBOOK,
  /** Messages are for the owner alone. */
  MESSAGE;

  private static final List<String> PUBLIC_WORDS =
      List.of(
          "guest book",
          "guestbook",
          "gästebuch",
          "gäste",
          "guests",
          "reviews",
          "comments",
          "visitors' book",
          "livre d’or",
          "livre d'or",
          "libro de visitas",
          "libro degli ospiti",
          "芳名帳",
          "ゲストブック",
          "سجل الزوار",
          "دفتر الزوار");

  /** A guest book where the brief speaks of guests, reviews or comments, else a contact form. */
  static FormKind of(Brief brief) {
    String text = brief.text().toLowerCase(Locale.ROOT);
    return PUBLIC_WORDS.stream().anyMatch(text::contains) ? GUESTBOOK : MESSAGE;
  }

  /** The name in addresses and in the word lists. */
  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
