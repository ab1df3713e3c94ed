package dev.tmuxbuilder.verification.browser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What runs inside the page; each is one JavaScript function in a file beside this class. */
enum Scripts {
  /** Waits until fonts and pictures are there and nothing moves. */
  SETTLE("settle.js"),
  /** What a page says about itself: the one that is open, or others without running them. */
  OUTLINE("outline.js"),
  /** What sticks out of the window. */
  OVERFLOW("overflow.js"),
  /** Runs axe and keeps what is serious. */
  AXE("axe.js"),
  /** Draws frames around the culprits. */
  MARK("mark.js"),
  /** Takes the frames away. */
  UNMARK("unmark.js"),
  /** Fills in a form. */
  FILL("fill.js"),
  /** Whether texts can be read on the page. */
  SHOWN("shown.js");

  private final String source;

  Scripts(String file) {
    this.source = read(file);
  }

  String source() {
    return source;
  }

  private static String read(String file) {
    try (InputStream stream = Scripts.class.getResourceAsStream(file)) {
      if (stream == null) {
        throw new IllegalStateException(file + " is not in the program");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
