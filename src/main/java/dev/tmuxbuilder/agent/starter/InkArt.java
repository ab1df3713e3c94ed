package dev.tmuxbuilder.agent.starter;

import java.util.Random;

/** Brush and paper: one round stroke, a seal, waves of fine arcs. */
final class InkArt implements Art {
  @Override
  public Drawing scene(Random random) {
    Drawing d = new Drawing(1200, 630);
    d.fill(5, Pen.rect(0, 0, 1200, 630));
    for (int row = 0; row < 5; row++) {
      for (int i = -1; i < 16; i++) {
        scale(d, i * 84 + (row % 2) * 42, 500 + row * 34, 42);
      }
    }
    d.fill(0, Pen.circle(790 + random.nextInt(40), 210, 66));
    brush(d, 560, 290, 186, -50 - random.nextInt(40), 1);
    seal(d, 756, 430, 0.8);
    return d;
  }

  @Override
  public Drawing motif(int number, Random random) {
    Drawing d = new Drawing(160, 160);
    switch (number % 6) {
      case 0 -> {
        brush(d, 80, 80, 54, -70, 0.34);
        d.fill(0, Pen.circle(104, 60, 13));
      }
      case 1 -> {
        for (int row = 0; row < 4; row++) {
          for (int i = 0; i < 4 + row % 2; i++) {
            scale(d, 26 + i * 36 - (row % 2) * 18, 62 + row * 22, 18);
          }
        }
      }
      case 2 -> {
        for (int i = 0; i < 3; i++) {
          d.line(
              2, 9, Pen.open(48 + i * 30, 146 - i * 6, 52 + i * 30, 100, 50 + i * 30, 20 + i * 12));
          d.line(5, 3, Pen.open(40 + i * 30, 88 - i * 14, 64 + i * 30, 86 - i * 14));
        }
        d.fill(2, Pen.leaf(46, 10).placed(112, 70, 1, 62));
        d.fill(2, Pen.leaf(40, 9).placed(84, 50, 1, 74));
        d.fill(0, Pen.leaf(34, 9).placed(52, 64, 1, -66));
      }
      case 3 -> {
        for (int i = 0; i < 6; i++) {
          d.line(3, 2.5, Pen.ellipse(76, 88, 22 + i * 11, 14 + i * 9));
        }
        d.fill(2, Pen.ellipse(76, 86, 19, 12));
        d.fill(0, Pen.circle(126, 32, 14));
      }
      case 4 -> {
        for (int i = 0; i < 7; i++) {
          d.line(2, 3, Pen.open(0, 0, 0, -92).placed(80, 134, 1, -54 + i * 18));
        }
        d.line(0, 15, Pen.arc(80, 134, 84, -142, -38));
        d.fill(2, Pen.circle(80, 134, 8));
      }
      default -> {
        d.line(2, 12, Pen.smooth(26, 52, 60, 38, 104, 46, 134, 40));
        d.line(2, 9, Pen.smooth(82, 20, 80, 70, 70, 112, 34, 138));
        d.line(2, 10, Pen.smooth(82, 74, 104, 112, 134, 134));
        seal(d, 124, 84, 0.36);
      }
    }
    return d;
  }

  @Override
  public Drawing mark() {
    Drawing d = new Drawing(64, 64);
    d.fill(Drawing.ACCENT, Pen.rect(3, 3, 58, 58));
    d.line(5, 6, Pen.arc(32, 32, 17, -60, 220));
    return d;
  }

  /** A round stroke that begins full and runs dry. */
  private static void brush(Drawing d, double x, double y, double r, double from, double s) {
    for (int hair = 0; hair < 9; hair++) {
      double own = r + (hair - 4) * 7 * s;
      double end = from + 332 - Math.abs(hair - 3) * 15;
      d.line(2, (hair % 3 == 1 ? 8.6 : 7.4) * s, Pen.arc(x, y, own, from - hair % 3 * 4, end));
    }
  }

  private static void scale(Drawing d, double x, double y, double r) {
    d.fill(5, Pen.circle(x, y, r));
    for (int i = 0; i < 3; i++) {
      d.line(i == 0 ? 3 : 4, r > 30 ? 3 : 2, Pen.arc(x, y, r * (1 - i * 0.28), -180, 0));
    }
  }

  private static void seal(Drawing d, double x, double y, double s) {
    d.fill(0, Pen.rect(-40, -40, 80, 80).placed(x, y, s, -3));
    d.line(5, 7 * s, Pen.open(-20, -18, 20, -18).placed(x, y, s, -3));
    d.line(5, 7 * s, Pen.open(0, -18, 0, 22).placed(x, y, s, -3));
    d.line(5, 7 * s, Pen.open(-20, 2, -20, 22, 20, 22, 20, 2).placed(x, y, s, -3));
  }
}
