package dev.tmuxbuilder.agent.starter;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;

/** The looks that a site can have. Layout and type are in {@code starter/css/{name}.css}. */
enum Design {
  HEARTH(
      new HearthArt(),
      "#fbf4e9 #fffaf2 #2e1d12 #6b5443 #e6d5bd #9a3f1d #ffffff #f4e3c8 #2e1d12"
          + " #c4703a #f3d9ae #e0b26f #dd9a55 #7c4a26 #fbefd8",
      "#1e1510 #2a1e17 #f6e9d8 #cbb49c #4a382b #f2a56b #24150c #2d1f16 #f6e9d8"
          + " #c9743c #4d3222 #6b4527 #e09b54 #a26a3d #f3dcb4");

  private static final Properties WORD_LISTS = Resources.properties("designs.properties");

  private final Art art;
  private final Palette light;
  private final Palette dark;

  Design(Art art, String light, String dark) {
    this.art = art;
    this.light = Palette.of(light);
    this.dark = Palette.of(dark);
  }

  /** What front matter calls it. */
  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  Art art() {
    return art;
  }

  Palette light() {
    return light;
  }

  Palette dark() {
    return dark;
  }

  /** Beginnings of words, in several languages, that speak for this design. */
  List<String> words() {
    return Arrays.stream(WORD_LISTS.getProperty(wire(), "").split("[,\\s]+"))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  static Optional<Design> parse(String wire) {
    String wanted = wire.strip().toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(design -> design.wire().equals(wanted)).findFirst();
  }
}
