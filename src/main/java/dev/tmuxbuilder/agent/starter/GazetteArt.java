package dev.tmuxbuilder.agent.starter;

import java.util.Random;

/** An old print: shapes made of fine lines, and one colour beside the black. */
final class GazetteArt implements Art {
  @Override
  public Drawing scene(Random random) {
    Drawing d = new Drawing(1200, 630);
    d.fill(5, Pen.rect(0, 0, 1200, 630));
    d.fill(0, Pen.circle(720 + random.nextInt(60), 300, 205));
    lined(d, 470, 330, 235, 9, 3 + random.nextInt(2));
    for (int i = 0; i < 15; i++) {
      double x = 820 + i * 24;
      d.line(
          Drawing.INK,
          1.5 + i * 0.55,
          Pen.open(x, 150 + (i * 37 + random.nextInt(40)) % 150, x, 545));
    }
    d.line(Drawing.INK, 3, Pen.open(60, 545, 1170, 545));
    for (int i = 0; i < 9; i++) {
      d.fill(Drawing.INK, Pen.circle(90 + i * 26, 590, 2 + i * 0.8));
    }
    return d;
  }

  @Override
  public Drawing motif(int number, Random random) {
    Drawing d = new Drawing(160, 160);
    switch (number % 6) {
      case 0 -> {
        d.fill(0, Pen.circle(98, 66, 46));
        lined(d, 66, 92, 52, 7, 2.4);
      }
      case 1 -> {
        for (int row = 0; row < 7; row++) {
          for (int column = 0; column < 7; column++) {
            int ink = row + column == 6 ? 0 : Drawing.INK;
            d.fill(ink, Pen.circle(20 + column * 20, 20 + row * 20, 1.5 + column * 1.15));
          }
        }
      }
      case 2 -> {
        d.fill(0, Pen.polygon(80, 20, 140, 124, 20, 124));
        for (int i = 0; i < 9; i++) {
          d.line(Drawing.INK, 2.4, Pen.open(36 + i * 13, 146, 96 + i * 6, 42));
        }
      }
      case 3 -> {
        for (int i = 1; i <= 6; i++) {
          d.line(i == 3 ? 0 : Drawing.INK, i == 3 ? 9 : 2.6, Pen.arc(18, 142, i * 21, -90, 0));
        }
      }
      case 4 -> {
        d.fill(0, Pen.rect(24, 24, 70, 70));
        for (int i = 0; i < 10; i++) {
          d.line(Drawing.INK, 2.6, Pen.open(52, 58 + i * 9, 140, 58 + i * 9));
        }
      }
      default -> {
        for (int i = 0; i < 12; i++) {
          d.line(
              Drawing.INK, 2.6, Pen.open(0, -24, 0, -66 + (i % 3) * 12).placed(80, 80, 1, i * 30));
        }
        d.fill(0, Pen.circle(80, 80, 18));
      }
    }
    return d;
  }

  @Override
  public Drawing mark() {
    Drawing d = new Drawing(64, 64);
    d.fill(Drawing.ACCENT, Pen.circle(40, 26, 22));
    for (int i = 0; i < 6; i++) {
      double half = StrictMath.sqrt(22 * 22 - (i * 7.6 - 19) * (i * 7.6 - 19));
      d.line(Drawing.INK, 3.6, Pen.open(26 - half, 21 + i * 7.6, 26 + half, 21 + i * 7.6));
    }
    return d;
  }

  private static void lined(Drawing d, double x, double y, double r, double step, double line) {
    for (double at = -r + step / 2; at < r; at += step) {
      double half = StrictMath.sqrt(r * r - at * at);
      d.line(
          Drawing.INK,
          line * (0.45 + 0.75 * (at + r) / (2 * r)),
          Pen.open(x - half, y + at, x + half, y + at));
    }
  }
}
