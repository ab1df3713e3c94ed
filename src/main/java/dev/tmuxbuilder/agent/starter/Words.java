package dev.tmuxbuilder.agent.starter;

import dev.tmuxbuilder.brief.Language;
import java.util.Properties;

/** The site's own few words, in the reader's language where it is known here, else in English. */
final class Words {
  private static final Properties ALL = Resources.properties("words.properties");

  private final String language;

  Words(Language language) {
    this.language = language.primary();
  }

  String get(String key) {
    String own = ALL.getProperty(language + "." + key);
    String english = ALL.getProperty("en." + key);
    if (english == null) {
      throw new IllegalArgumentException("no such words: " + key);
    }
    return own == null ? english : own;
  }
}
