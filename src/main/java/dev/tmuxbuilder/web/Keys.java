package dev.tmuxbuilder.web;

import java.util.Locale;

/** From the names of the HTTP contract to those of the texts. */
final class Keys {
  /** What is made and may not be published yet. */
  static final String APPROVAL = "statusApproval";

  private Keys() {}

  static String status(String wire) {
    return "status" + camel(wire);
  }

  static String step(String wire) {
    return "step" + camel(wire);
  }

  static String waits(String wire) {
    return "waits" + camel(wire);
  }

  static String change(String wire) {
    return "change" + camel(wire);
  }

  private static String camel(String wire) {
    StringBuilder camel = new StringBuilder();
    for (String word : wire.split("_", -1)) {
      camel.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
    }
    return camel.toString();
  }
}
