package dev.tmuxbuilder.agent.starter;

import java.util.Random;

/** A warm kitchen: an oven's arch, loaves, ears of wheat, a cup. */
final class HearthArt implements Art {
  @Override
  public Drawing scene(Random random) {
    Drawing d = new Drawing(1200, 630);
    d.fill(5, Pen.rect(0, 0, 1200, 630));
    d.fill(1, Pen.circle(600, 352, 218));
    for (int i = -6; i <= 6; i++) {
      Pen ray = Pen.polygon(-3, -240, 3, -240, 5, -264 - (i & 1) * 14, -5, -264 - (i & 1) * 14);
      d.fill(0, ray.placed(600, 352, 1, i * 12));
    }
    d.fill(2, Pen.rect(0, 500, 1200, 130));
    d.fill(4, Pen.rect(0, 500, 1200, 12));
    for (int i = 0; i < 7; i++) {
      double far = 330 + i * 62;
      wheat(d, 600 - far, 506, 1.05 + random.nextDouble() * 0.4, -12 + random.nextInt(18), random);
      wheat(d, 600 + far, 506, 1.05 + random.nextDouble() * 0.4, -6 + random.nextInt(18), random);
    }
    loaf(d, 606, 408, 1.36);
    loaf(d, 448, 442, 0.9);
    baguette(d, 764, 474, 1.0, -8);
    return d;
  }

  @Override
  public Drawing motif(int number, Random random) {
    Drawing d = new Drawing(160, 160);
    d.fill(
        1,
        new Pen()
            .move(20, 150)
            .line(20, 78)
            .curve(20, 45, 47, 18, 80, 18)
            .curve(113, 18, 140, 45, 140, 78)
            .line(140, 150)
            .close());
    switch (number % 6) {
      case 0 -> loaf(d, 80, 100, 0.46);
      case 1 -> {
        wheat(d, 62, 142, 0.5, -10, random);
        wheat(d, 80, 142, 0.58, 0, random);
        wheat(d, 98, 142, 0.5, 10, random);
      }
      case 2 -> cup(d);
      case 3 -> {
        d.fill(2, Pen.circle(80, 92, 36));
        d.fill(1, Pen.circle(80, 92, 13));
        for (int i = 0; i < 10; i++) {
          d.line(4, 3, Pen.open(0, -18, 3, -31).placed(80, 92, 1, i * 36));
        }
      }
      case 4 -> {
        baguette(d, 80, 84, 0.5, -32);
        baguette(d, 84, 112, 0.5, -32);
      }
      default -> {
        d.fill(0, Pen.rect(48, 70, 64, 66));
        d.fill(3, Pen.polygon(38, 74, 48, 50, 112, 50, 122, 74));
        for (int i = 0; i < 3; i++) {
          d.fill(
              5,
              Pen.polygon(
                  38 + i * 28 + 14,
                  74,
                  45 + i * 25.6 + 8,
                  50,
                  53 + i * 25.6 + 8,
                  50,
                  52 + i * 28 + 14,
                  74));
        }
        d.fill(5, Pen.rect(58, 88, 18, 48));
        d.fill(5, Pen.rect(84, 88, 20, 22));
      }
    }
    return d;
  }

  @Override
  public Drawing mark() {
    Drawing d = new Drawing(64, 64);
    d.fill(
        Drawing.ACCENT,
        new Pen()
            .move(4, 62)
            .line(4, 30)
            .curve(4, 14, 16, 2, 32, 2)
            .curve(48, 2, 60, 14, 60, 30)
            .line(60, 62)
            .close());
    d.fill(
        5,
        new Pen().move(12, 50).curve(8, 30, 20, 22, 32, 22).curve(44, 22, 56, 30, 52, 50).close());
    for (int i = 0; i < 3; i++) {
      d.line(Drawing.ACCENT, 3.5, Pen.open(21 + i * 9, 42, 26 + i * 9, 31));
    }
    return d;
  }

  private static void loaf(Drawing d, double x, double y, double s) {
    Pen body =
        new Pen()
            .move(-120, 60)
            .curve(-150, -20, -100, -80, 0, -80)
            .curve(100, -80, 150, -20, 120, 60)
            .curve(80, 74, -80, 74, -120, 60)
            .close();
    Pen light =
        new Pen()
            .move(-112, 20)
            .curve(-120, -30, -80, -70, 0, -70)
            .curve(70, -70, 104, -44, 112, -4)
            .curve(60, -40, -60, -40, -112, 20)
            .close();
    d.fill(0, body.placed(x, y, s, 0));
    d.fill(3, light.placed(x, y, s, 0));
    for (int i = -1; i <= 1; i++) {
      Pen cut =
          new Pen()
              .move(-16, 24)
              .curve(-18, 0, -2, -34, 18, -48)
              .curve(14, -26, 2, 8, -16, 24)
              .close();
      d.fill(5, cut.placed(x + i * 58 * s, y - 4 * s, s, 0));
    }
  }

  private static void baguette(Drawing d, double x, double y, double s, double turn) {
    Pen body =
        new Pen()
            .move(-110, 0)
            .curve(-96, -34, 96, -34, 110, 0)
            .curve(96, 32, -96, 32, -110, 0)
            .close();
    d.fill(3, body.placed(x, y, s, turn));
    for (int i = -2; i <= 2; i++) {
      Pen cut =
          new Pen().move(-13, 8).curve(-8, -5, 3, -14, 15, -15).curve(10, -3, 0, 6, -13, 8).close();
      Pen own = cut.placed(i * 36, 0, 1, 0);
      d.fill(5, own.placed(x, y, s, turn));
    }
  }

  private static void wheat(Drawing d, double x, double y, double s, double lean, Random random) {
    d.line(4, 4 * s, Pen.smooth(0, 0, 2, -80, 0, -150).placed(x, y, s, lean));
    for (int i = 0; i < 6; i++) {
      double up = -66 - i * 17;
      double spread = 30 + random.nextInt(8);
      d.fill(0, Pen.leaf(34, 11).placed(0, up, 1, spread).placed(x, y, s, lean));
      d.fill(3, Pen.leaf(34, 11).placed(0, up, 1, -spread).placed(x, y, s, lean));
    }
    d.fill(0, Pen.leaf(38, 11).placed(0, -164, 1, 0).placed(x, y, s, lean));
  }

  private static void cup(Drawing d) {
    d.line(0, 7, Pen.arc(112, 100, 15, -90, 90));
    d.fill(
        0,
        new Pen()
            .move(46, 80)
            .line(114, 80)
            .curve(114, 118, 102, 134, 80, 134)
            .curve(58, 134, 46, 118, 46, 80)
            .close());
    d.fill(4, Pen.ellipse(80, 80, 34, 8));
    d.line(3, 4, Pen.smooth(68, 64, 62, 54, 70, 44, 65, 34));
    d.line(3, 4, Pen.smooth(88, 64, 82, 54, 90, 44, 85, 34));
  }
}
