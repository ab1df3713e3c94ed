package dev.tmuxbuilder.cli;

/** Colours where they are wanted, and marks that the terminal can show. */
record Style(boolean colour, boolean unicode) {
  String good(String text) {
    return paint("32", text);
  }

  String bad(String text) {
    return paint("31", text);
  }

  String busy(String text) {
    return paint("36", text);
  }

  String warn(String text) {
    return paint("33", text);
  }

  String dim(String text) {
    return paint("2", text);
  }

  String bold(String text) {
    return paint("1", text);
  }

  private String paint(String code, String text) {
    return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  /** The first where the terminal speaks Unicode, else the second. */
  String mark(String unicodeMark, String asciiMark) {
    return unicode ? unicodeMark : asciiMark;
  }

  String tick() {
    return good(mark("✓", "+"));
  }

  String cross() {
    return bad(mark("✗", "x"));
  }
}
