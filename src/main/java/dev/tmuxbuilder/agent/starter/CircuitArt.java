package dev.tmuxbuilder.agent.starter;

import java.util.Random;

/** The inside of a machine: traces, pads and chips on a fine grid. */
final class CircuitArt implements Art {
  @Override
  public Drawing scene(Random random) {
    Drawing d = new Drawing(1200, 630);
    d.fill(5, Pen.rect(0, 0, 1200, 630));
    for (int x = 30; x < 1200; x += 30) {
      for (int y = 30; y < 630; y += 30) {
        d.fill(4, Pen.rect(x - 1, y - 1, 2, 2));
      }
    }
    for (int i = 0; i < 9; i++) {
      trace(d, 500, 210 + i * 26, -1, i, random);
      trace(d, 700, 210 + i * 26, 1, i, random);
    }
    chip(d, 600, 315, 118);
    return d;
  }

  @Override
  public Drawing motif(int number, Random random) {
    Drawing d = new Drawing(160, 160);
    switch (number % 6) {
      case 0 -> {
        frame(d, 14, 28, 132, 104);
        d.line(0, 6, Pen.open(36, 70, 54, 86, 36, 102));
        d.line(1, 6, Pen.open(68, 104, 104, 104));
      }
      case 1 -> {
        for (int i = 2; i >= 0; i--) {
          Pen layer =
              Pen.polygon(80, 18 + i * 28, 142, 48 + i * 28, 80, 78 + i * 28, 18, 48 + i * 28);
          d.fill(i == 0 ? 0 : 3, layer);
          d.line(1, 4, layer);
        }
      }
      case 2 -> {
        d.line(2, 4, Pen.open(40, 44, 80, 84, 124, 50));
        d.line(2, 4, Pen.open(80, 84, 66, 128));
        d.line(2, 4, Pen.open(80, 84, 118, 118));
        node(d, 40, 44, 13);
        node(d, 124, 50, 11);
        node(d, 66, 128, 11);
        node(d, 118, 118, 13);
        d.fill(0, Pen.circle(80, 84, 19));
      }
      case 3 -> {
        for (int i = 0; i < 5; i++) {
          double tall = 26 + (i * 41 + random.nextInt(30)) % 88;
          d.fill(i % 2 == 0 ? 0 : 1, Pen.rect(24 + i * 24, 134 - tall, 16, tall));
        }
        d.line(2, 4, Pen.open(16, 138, 146, 138));
      }
      case 4 -> {
        d.line(1, 7, Pen.open(60, 24, 46, 30, 46, 66, 32, 80, 46, 94, 46, 130, 60, 136));
        d.line(1, 7, Pen.open(100, 24, 114, 30, 114, 66, 128, 80, 114, 94, 114, 130, 100, 136));
        for (int i = -1; i <= 1; i++) {
          d.fill(0, Pen.circle(80 + i * 17, 80, 5.5));
        }
      }
      default -> {
        d.line(3, 13, Pen.arc(80, 96, 54, 160, 380));
        d.line(0, 13, Pen.arc(80, 96, 54, 160, 308));
        d.line(1, 6, Pen.open(80, 96, 108, 62));
        d.fill(1, Pen.circle(80, 96, 10));
      }
    }
    return d;
  }

  @Override
  public Drawing mark() {
    Drawing d = new Drawing(64, 64);
    d.fill(Drawing.ACCENT, Pen.rect(2, 2, 60, 60));
    d.line(5, 6, Pen.open(16, 20, 30, 32, 16, 44));
    d.line(5, 6, Pen.open(34, 46, 49, 46));
    return d;
  }

  private static void trace(Drawing d, double x, double y, int way, int number, Random random) {
    double out = 50 + Math.abs(number - 4) * 22;
    double shift = (number - 4) * 24 + random.nextInt(3) * 10;
    double end = x + way * (240 + random.nextInt(9) * 30);
    double turn = x + way * out;
    int colour = number % 4 == random.nextInt(4) ? 0 : 2;
    d.line(
        colour,
        4,
        Pen.open(
            x, y, turn, y, turn + way * Math.abs(shift), y + shift, end + way * 30, y + shift));
    d.fill(5, Pen.circle(end + way * 40, y + shift, 12));
    d.line(colour, 4, Pen.circle(end + way * 40, y + shift, 10));
  }

  private static void chip(Drawing d, double x, double y, double half) {
    d.fill(3, Pen.rect(x - half, y - half, 2 * half, 2 * half));
    d.line(1, 5, Pen.rect(x - half, y - half, 2 * half, 2 * half));
    d.line(2, 3, Pen.rect(x - half + 18, y - half + 18, 2 * half - 36, 2 * half - 36));
    d.line(0, 15, Pen.open(x - 44, y - 42, x, y, x - 44, y + 42));
    d.line(1, 15, Pen.open(x + 14, y + 46, x + 58, y + 46));
  }

  private static void frame(Drawing d, double x, double y, double width, double height) {
    d.fill(3, Pen.rect(x, y, width, height));
    d.line(1, 4, Pen.rect(x, y, width, height));
    d.line(1, 4, Pen.open(x, y + 22, x + width, y + 22));
    for (int i = 0; i < 3; i++) {
      d.fill(2, Pen.circle(x + 13 + i * 13, y + 11, 3.5));
    }
  }

  private static void node(Drawing d, double x, double y, double r) {
    d.fill(3, Pen.circle(x, y, r));
    d.line(1, 4, Pen.circle(x, y, r));
  }
}
