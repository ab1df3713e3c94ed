package dev.tmuxbuilder.agent.starter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The colours of a design in one scheme.
 *
 * @param page behind everything
 * @param surface behind what stands out from the page, such as cards
 * @param ink of text
 * @param muted of text that steps back
 * @param line of borders
 * @param accent of links and buttons
 * @param onAccent of text on the accent
 * @param stage behind the hero and the bands
 * @param onStage of text on the stage
 * @param art of the drawings
 */
record Palette(
    Rgb page,
    Rgb surface,
    Rgb ink,
    Rgb muted,
    Rgb line,
    Rgb accent,
    Rgb onAccent,
    Rgb stage,
    Rgb onStage,
    List<Rgb> art) {
  private static final double READABLE = 4.6;
  private static final Rgb BLACK = new Rgb(0, 0, 0);
  private static final Rgb WHITE = new Rgb(255, 255, 255);

  Palette {
    art = List.copyOf(art);
  }

  /** Fifteen colours in the order of the components, six of them for the drawings. */
  static Palette of(String colours) {
    List<Rgb> all = Arrays.stream(colours.strip().split("\\s+")).map(Rgb::of).toList();
    return new Palette(
        all.get(0),
        all.get(1),
        all.get(2),
        all.get(3),
        all.get(4),
        all.get(5),
        all.get(6),
        all.get(7),
        all.get(8),
        all.subList(9, 15));
  }

  /** With another accent, made darker or lighter until text in it can be read. */
  Palette withAccent(Rgb wish) {
    Rgb away = page.contrast(BLACK) > page.contrast(WHITE) ? BLACK : WHITE;
    Rgb readable = wish;
    while (Math.min(readable.contrast(page), readable.contrast(surface)) < READABLE
        && !readable.equals(away)) {
      readable = step(readable, away);
    }
    Rgb on = readable.contrast(BLACK) > readable.contrast(WHITE) ? BLACK : WHITE;
    List<Rgb> drawn = new ArrayList<>(art);
    drawn.set(0, wish);
    return new Palette(page, surface, ink, muted, line, readable, on, stage, onStage, drawn);
  }

  /** The colour that a drawing knows by this number: first its own six, then those of the page. */
  Rgb drawn(int number) {
    return switch (number) {
      case Drawing.INK -> ink;
      case Drawing.PAGE -> page;
      case Drawing.ACCENT -> accent;
      case Drawing.SURFACE -> surface;
      case Drawing.STAGE -> stage;
      default -> art.get(number);
    };
  }

  /** As custom properties for a style sheet. */
  String css() {
    StringBuilder css = new StringBuilder();
    property(css, "page", page);
    property(css, "surface", surface);
    property(css, "ink", ink);
    property(css, "muted", muted);
    property(css, "line", line);
    property(css, "accent", accent);
    property(css, "on-accent", onAccent);
    property(css, "stage", stage);
    property(css, "on-stage", onStage);
    for (int i = 0; i < art.size(); i++) {
      property(css, "a" + i, art.get(i));
    }
    return css.toString();
  }

  private static Rgb step(Rgb from, Rgb to) {
    Rgb next = from.mix(to, 0.06);
    return next.equals(from) ? to : next;
  }

  private static void property(StringBuilder css, String name, Rgb colour) {
    css.append("--").append(name).append(':').append(colour.hex()).append(';');
  }
}
