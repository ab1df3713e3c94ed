package dev.tmuxbuilder.agent.starter;

import java.util.Random;

/** High places: ranges in the haze, snow, firs and a hut with a light in the window. */
final class AlpineArt implements Art {
  @Override
  public Drawing scene(Random random) {
    Drawing d = new Drawing(1200, 630);
    d.fill(5, Pen.rect(0, 0, 1200, 630));
    d.fill(0, Pen.circle(860 + random.nextInt(80), 170, 62));
    range(d, 4, 330, 130, 9, random);
    peak(d, 250 + random.nextInt(60), 150, 330, random);
    peak(d, 620 + random.nextInt(60), 205, 300, random);
    peak(d, 985 + random.nextInt(50), 260, 260, random);
    range(d, 2, 470, 50, 12, random);
    d.fill(
        2,
        Pen.smooth(-40, 540, 200, 505, 480, 535, 760, 520, 1010, 500, 1260, 540)
            .line(1260, 640)
            .line(-40, 640)
            .close());
    for (int i = 0; i < 30; i++) {
      double x = i * 41 + random.nextInt(26);
      if (x < 470 || x > 720) {
        fir(d, x, 548 + random.nextInt(70), 0.6 + random.nextDouble() * 0.7);
      }
    }
    hut(d, 590, 540, 1.15);
    return d;
  }

  @Override
  public Drawing motif(int number, Random random) {
    Drawing d = new Drawing(160, 160);
    d.fill(4, Pen.circle(80, 80, 70));
    switch (number % 6) {
      case 0 -> {
        d.fill(3, Pen.polygon(18, 124, 74, 36, 104, 80, 116, 66, 146, 124));
        d.fill(Drawing.SURFACE, Pen.polygon(74, 36, 92, 62, 82, 58, 74, 68, 66, 58, 57, 63));
      }
      case 1 -> hut(d, 80, 120, 0.62);
      case 2 -> {
        fir(d, 56, 124, 0.95);
        fir(d, 104, 124, 0.8);
        fir(d, 80, 132, 1.25);
      }
      case 3 -> {
        d.line(1, 6, Pen.circle(80, 80, 46));
        d.fill(0, Pen.polygon(80, 42, 91, 80, 69, 80));
        d.fill(1, Pen.polygon(80, 118, 91, 80, 69, 80));
      }
      case 4 -> {
        d.fill(0, Pen.circle(80, 80, 26));
        for (int i = 0; i < 12; i++) {
          d.line(0, 6, Pen.open(0, -38, 0, -51).placed(80, 80, 1, i * 30));
        }
      }
      default -> {
        for (int i = 0; i < 4; i++) {
          d.line(
              i % 2 == 0 ? 3 : 1,
              4,
              Pen.smooth(
                  20 + i * 4,
                  62 + i * 20,
                  52,
                  50 + i * 20,
                  84,
                  66 + i * 18,
                  112,
                  50 + i * 20,
                  140 - i * 4,
                  60 + i * 19));
        }
        d.fill(
            0,
            new Pen()
                .move(82, 76)
                .curve(60, 50, 64, 26, 82, 26)
                .curve(100, 26, 104, 50, 82, 76)
                .close());
        d.fill(4, Pen.circle(82, 44, 7));
      }
    }
    return d;
  }

  @Override
  public Drawing mark() {
    Drawing d = new Drawing(64, 64);
    d.fill(Drawing.ACCENT, Pen.circle(32, 32, 31));
    d.fill(5, Pen.polygon(8, 48, 28, 16, 38, 32, 42, 27, 56, 48));
    d.fill(Drawing.ACCENT, Pen.polygon(28, 26, 34, 36, 28, 33, 22, 37));
    return d;
  }

  private static void range(
      Drawing d, int colour, double y, double high, int peaks, Random random) {
    Pen pen = new Pen().move(-40, 640).line(-40, y);
    double step = 1280.0 / peaks;
    for (int i = 0; i < peaks; i++) {
      pen.line(-40 + (i + 0.5) * step, y - high * (0.4 + random.nextDouble() * 0.6));
      pen.line(-40 + (i + 1) * step, y + random.nextDouble() * high * 0.2);
    }
    d.fill(colour, pen.line(1240, 640).close());
  }

  private static void peak(Drawing d, double x, double top, double half, Random random) {
    double base = 560;
    d.fill(3, Pen.polygon(x, top, x + half, base, x - half, base));
    double snow = 0.3 + random.nextDouble() * 0.1;
    double y = top + (base - top) * snow;
    double w = half * snow;
    d.fill(
        Drawing.SURFACE,
        Pen.polygon(
            x,
            top,
            x + w,
            y,
            x + w * 0.5,
            y - 16,
            x + w * 0.15,
            y + 22,
            x - w * 0.3,
            y - 10,
            x - w * 0.62,
            y + 14,
            x - w,
            y));
    d.fill(2, Pen.polygon(x, top, x + half, base, x + half * 0.2, base, x + w * 0.2, y + 20));
    d.fill(4, Pen.polygon(x, top, x + w, y, x + w * 0.5, y - 16, x + w * 0.17, y + 21));
  }

  private static void fir(Drawing d, double x, double y, double s) {
    d.fill(1, Pen.rect(-3, -12, 6, 14).placed(x, y, s, 0));
    for (int i = 0; i < 3; i++) {
      double wide = 26 - i * 6;
      d.fill(
          1,
          Pen.polygon(-wide, -10 - i * 22, 0, -50 - i * 22, wide, -10 - i * 22).placed(x, y, s, 0));
    }
  }

  private static void hut(Drawing d, double x, double y, double s) {
    d.fill(Drawing.INK, Pen.rect(22, -108, 13, 40).placed(x, y, s, 0));
    d.fill(0, Pen.rect(-54, -56, 108, 58).placed(x, y, s, 0));
    d.fill(
        Drawing.INK,
        Pen.polygon(-74, -48, 0, -104, 74, -48, 64, -40, 0, -86, -64, -40).placed(x, y, s, 0));
    d.fill(0, Pen.polygon(-60, -50, 0, -90, 60, -50).placed(x, y, s, 0));
    d.fill(Drawing.INK, Pen.rect(-9, -34, 20, 36).placed(x, y, s, 0));
    d.fill(Drawing.SURFACE, Pen.rect(-42, -40, 22, 20).placed(x, y, s, 0));
    d.fill(Drawing.SURFACE, Pen.rect(22, -40, 22, 20).placed(x, y, s, 0));
  }
}
