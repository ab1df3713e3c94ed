package dev.tmuxbuilder.agent.starter;

import java.util.Random;

/** A night of music: sound in rings, bars that dance, stars and confetti. */
final class FiestaArt implements Art {
  @Override
  public Drawing scene(Random random) {
    Drawing d = new Drawing(1200, 630);
    d.fill(5, Pen.rect(0, 0, 1200, 630));
    for (int i = 0; i < 46; i++) {
      confetti(d, random.nextInt(1200), random.nextInt(330), i % 5, random);
    }
    int[] rings = {0, 1, 2, 3, 4, 0, 5, 1};
    for (int i = 0; i < rings.length; i++) {
      d.fill(rings[i], Pen.circle(600, 560, 400 - i * 48));
    }
    for (int i = 0; i < 9; i++) {
      bar(d, 28 + i * 36, 70 + random.nextInt(130), i);
      bar(d, 1148 - i * 36, 70 + random.nextInt(130), i);
    }
    note(d, 590, 512, 1.5, 1);
    return d;
  }

  @Override
  public Drawing motif(int number, Random random) {
    Drawing d = new Drawing(160, 160);
    switch (number % 6) {
      case 0 -> {
        d.fill(4, Pen.circle(80, 80, 70));
        for (int i = 0; i < 3; i++) {
          d.line(5, 2, Pen.circle(80, 80, 60 - i * 11));
        }
        d.fill(0, Pen.circle(80, 80, 26));
        d.fill(5, Pen.circle(80, 80, 6));
      }
      case 1 -> {
        d.fill(1, Pen.circle(80, 80, 70));
        note(d, 66, 112, 1, 5);
      }
      case 2 -> {
        d.fill(2, star(80, 84, 74, 30));
        d.fill(0, star(80, 84, 34, 14));
      }
      case 3 -> {
        for (int i = 0; i < 6; i++) {
          double tall = 30 + random.nextInt(96);
          d.fill(i % 4, Pen.rect(16 + i * 22, 146 - tall, 15, tall));
        }
      }
      case 4 -> {
        Pen ticket = Pen.polygon(-64, -34, 64, -34, 64, 34, -64, 34);
        d.fill(0, ticket.placed(80, 80, 1, -14));
        d.fill(5, Pen.circle(-64, 0, 13).placed(80, 80, 1, -14));
        d.fill(5, Pen.circle(64, 0, 13).placed(80, 80, 1, -14));
        d.fill(1, star(0, 0, 26, 11).placed(80, 80, 1, -14));
      }
      default -> {
        d.fill(1, Pen.circle(80, 80, 62));
        d.fill(5, Pen.circle(106, 64, 50));
        d.fill(0, star(112, 66, 22, 9));
        d.fill(2, star(128, 108, 13, 5));
      }
    }
    return d;
  }

  @Override
  public Drawing mark() {
    Drawing d = new Drawing(64, 64);
    d.fill(5, Pen.circle(32, 32, 31));
    d.fill(0, Pen.circle(32, 32, 25));
    d.fill(1, Pen.circle(32, 32, 16));
    d.fill(5, Pen.circle(32, 32, 6));
    return d;
  }

  private static void bar(Drawing d, double x, double tall, int number) {
    for (int i = 0; i * 26 < tall; i++) {
      d.fill((number + i) % 5, Pen.rect(x, 604 - i * 26, 26, 18));
    }
  }

  private static void note(Drawing d, double x, double y, double s, int colour) {
    d.fill(colour, Pen.ellipse(0, 0, 20, 15).placed(x - 14 * s, y, s, -18));
    d.fill(colour, Pen.ellipse(0, 0, 20, 15).placed(x + 44 * s, y - 12 * s, s, -18));
    d.line(
        colour,
        7 * s,
        Pen.open(
            x + 2 * s,
            y - 4 * s,
            x + 2 * s,
            y - 76 * s,
            x + 60 * s,
            y - 88 * s,
            x + 60 * s,
            y - 16 * s));
    d.line(colour, 15 * s, Pen.open(x + 5 * s, y - 70 * s, x + 57 * s, y - 81 * s));
  }

  private static Pen star(double x, double y, double outer, double inner) {
    double[] points = new double[20];
    for (int i = 0; i < 10; i++) {
      double angle = StrictMath.toRadians(i * 36 - 90);
      double r = i % 2 == 0 ? outer : inner;
      points[2 * i] = x + r * StrictMath.cos(angle);
      points[2 * i + 1] = y + r * StrictMath.sin(angle);
    }
    return Pen.polygon(points);
  }

  private static void confetti(Drawing d, double x, double y, int colour, Random random) {
    double size = 5 + random.nextInt(7);
    switch (random.nextInt(3)) {
      case 0 -> d.fill(colour, Pen.circle(x, y, size * 0.7));
      case 1 ->
          d.fill(colour, Pen.rect(-size, -3, 2 * size, 6).placed(x, y, 1, random.nextInt(180)));
      default -> d.fill(colour, star(x, y, size * 1.3, size * 0.55));
    }
  }
}
