package dev.tmuxbuilder.agent.starter;

import java.util.Random;

/** A quiet morning: soft hills one behind the other, a pale sun, grasses and leaves. */
final class MeadowArt implements Art {
  @Override
  public Drawing scene(Random random) {
    Drawing d = new Drawing(1200, 630);
    d.fill(5, Pen.rect(0, 0, 1200, 630));
    d.fill(0, Pen.circle(760 + random.nextInt(120), 210, 92));
    hill(d, 4, 300, 46, random);
    hill(d, 3, 372, 40, random);
    hill(d, 2, 440, 34, random);
    hill(d, 1, 512, 26, random);
    for (int i = 0; i < 16; i++) {
      double x = 40 + i * 75 + random.nextInt(40);
      if (x < 420 || x > 780) {
        sprig(d, x, 640, 0.7 + random.nextDouble() * 0.8, random.nextInt(28) - 14, i % 3);
      }
    }
    return d;
  }

  @Override
  public Drawing motif(int number, Random random) {
    Drawing d = new Drawing(160, 160);
    d.fill(4, blob(80, 82, 66, random));
    switch (number % 6) {
      case 0 -> sprig(d, 80, 142, 0.62, 6, 1);
      case 1 -> {
        d.fill(2, Pen.ellipse(80, 122, 40, 15));
        d.fill(3, Pen.ellipse(78, 98, 29, 13));
        d.fill(1, Pen.ellipse(82, 77, 20, 11));
        d.fill(0, Pen.ellipse(79, 61, 12, 8));
      }
      case 2 -> {
        for (int i = -2; i <= 2; i++) {
          d.fill(i % 2 == 0 ? 2 : 0, Pen.leaf(64, 22).placed(80, 116, 1, i * 30));
        }
        d.line(1, 4, Pen.smooth(36, 122, 80, 130, 124, 122));
      }
      case 3 -> {
        d.fill(
            2,
            new Pen()
                .move(80, 28)
                .curve(96, 62, 116, 76, 116, 100)
                .curve(116, 122, 100, 134, 80, 134)
                .curve(60, 134, 44, 122, 44, 100)
                .curve(44, 76, 64, 62, 80, 28)
                .close());
        d.line(5, 5, Pen.arc(80, 100, 22, 20, 100));
      }
      case 4 -> {
        d.fill(0, Pen.circle(80, 70, 27));
        d.line(2, 6, Pen.smooth(26, 112, 52, 102, 80, 112, 108, 122, 134, 112));
        d.line(1, 6, Pen.smooth(38, 130, 60, 121, 80, 130, 100, 139, 122, 130));
      }
      default -> {
        d.line(1, 4, Pen.smooth(80, 140, 77, 110, 80, 82));
        for (int i = 0; i < 8; i++) {
          d.fill(0, Pen.leaf(34, 11).placed(80, 66, 1, i * 45));
        }
        d.fill(1, Pen.circle(80, 66, 9));
        d.fill(2, Pen.leaf(30, 11).placed(79, 122, 1, 60));
      }
    }
    return d;
  }

  @Override
  public Drawing mark() {
    Drawing d = new Drawing(64, 64);
    d.fill(Drawing.ACCENT, Pen.circle(32, 32, 30));
    d.fill(5, Pen.leaf(38, 14).placed(32, 54, 1, 0));
    d.fill(4, Pen.leaf(28, 10).placed(32, 54, 1, -46));
    d.fill(4, Pen.leaf(28, 10).placed(32, 54, 1, 46));
    return d;
  }

  private static void hill(Drawing d, int colour, double y, double swing, Random random) {
    double[] points = new double[14];
    for (int i = 0; i < 7; i++) {
      points[2 * i] = -60 + i * 220;
      points[2 * i + 1] = y + (random.nextDouble() * 2 - 1) * swing;
    }
    d.fill(colour, Pen.smooth(points).line(1260, 640).line(-60, 640).close());
  }

  private static void sprig(Drawing d, double x, double y, double s, double lean, int kind) {
    int colour = kind == 0 ? 2 : kind == 1 ? 1 : 3;
    d.line(colour, 4 * s, Pen.smooth(0, 0, 6, -80, 0, -160).placed(x, y, s, lean));
    for (int i = 0; i < 5; i++) {
      double up = -34 - i * 28;
      double size = 48 - i * 5;
      d.fill(colour, Pen.leaf(size, 15).placed(3, up, 1, 52).placed(x, y, s, lean));
      d.fill(colour, Pen.leaf(size, 15).placed(3, up - 8, 1, -52).placed(x, y, s, lean));
    }
    d.fill(colour, Pen.leaf(40, 13).placed(0, -156, 1, 0).placed(x, y, s, lean));
  }

  private static Pen blob(double x, double y, double r, Random random) {
    double[] at = new double[22];
    double[] radius = new double[8];
    for (int i = 0; i < 8; i++) {
      radius[i] = r * (0.86 + random.nextDouble() * 0.24);
    }
    for (int i = 0; i < 11; i++) {
      double angle = StrictMath.toRadians(i * 45);
      at[2 * i] = x + radius[i % 8] * StrictMath.cos(angle);
      at[2 * i + 1] = y + radius[i % 8] * StrictMath.sin(angle);
    }
    return Pen.smooth(at).close();
  }
}
