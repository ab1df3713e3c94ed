package dev.tmuxbuilder.agent.starter;

import java.util.Random;

/** Building blocks: plain shapes in loud colours, tile beside tile. */
final class BlockArt implements Art {
  private static final double EDGE = 5;

  @Override
  public Drawing scene(Random random) {
    Drawing d = new Drawing(1200, 630);
    double side = 157.5;
    for (int row = 0; row < 4; row++) {
      for (int column = 0; column < 8; column++) {
        tile(d, column * side - 30, row * side, side, random);
      }
    }
    return d;
  }

  @Override
  public Drawing motif(int number, Random random) {
    Drawing d = new Drawing(160, 160);
    d.fill(number % 5, Pen.rect(6, 6, 148, 148));
    int colour = (number + 2) % 5;
    switch (number % 6) {
      case 0 -> d.fill(colour, Pen.circle(80, 80, 54));
      case 1 -> {
        d.fill(colour, Pen.polygon(6, 154, 80, 6, 154, 154));
        d.fill(5, Pen.circle(80, 112, 24));
      }
      case 2 -> {
        d.fill(colour, quarter(6, 6, 74, 0));
        d.fill(Drawing.INK, quarter(154, 154, 74, 180));
      }
      case 3 -> {
        for (int i = 0; i < 4; i++) {
          d.fill(i % 2 == 0 ? Drawing.INK : colour, Pen.rect(6 + i * 37, 6, 18.5, 148));
        }
      }
      case 4 -> {
        d.fill(colour, Pen.rect(6, 80, 148, 74));
        d.fill(Drawing.INK, Pen.circle(80, 80, 37));
        d.fill(5, Pen.circle(80, 80, 16));
      }
      default -> {
        d.fill(colour, Pen.polygon(6, 6, 154, 6, 6, 154));
        d.fill(5, Pen.circle(112, 112, 28));
      }
    }
    d.line(Drawing.INK, EDGE, Pen.rect(6, 6, 148, 148));
    return d;
  }

  @Override
  public Drawing mark() {
    Drawing d = new Drawing(64, 64);
    d.fill(0, Pen.rect(3, 3, 58, 58));
    d.fill(1, Pen.circle(32, 32, 19));
    d.fill(Drawing.INK, Pen.polygon(32, 13, 32, 51, 13, 32));
    d.line(Drawing.INK, 5, Pen.rect(3, 3, 58, 58));
    return d;
  }

  private static void tile(Drawing d, double x, double y, double s, Random random) {
    int ground = random.nextInt(6);
    int figure = (ground + 1 + random.nextInt(5)) % 6;
    d.fill(ground, Pen.rect(x, y, s, s));
    int turn = random.nextInt(4);
    double cx = x + (turn == 1 || turn == 2 ? s : 0);
    double cy = y + (turn >= 2 ? s : 0);
    switch (random.nextInt(6)) {
      case 0 -> d.fill(figure, quarter(cx, cy, s, turn * 90));
      case 1 -> d.fill(figure, Pen.circle(x + s / 2, y + s / 2, s * 0.34));
      case 2 -> d.fill(figure, Pen.polygon(x, y + s, x + s, y + s, x + (turn < 2 ? 0 : s), y));
      case 3 -> {
        d.fill(figure, quarter(cx, cy, s, turn * 90));
        d.fill(Drawing.INK, quarter(cx, cy, s / 2, turn * 90));
      }
      case 4 -> {
        for (int i = 0; i < 4; i++) {
          d.fill(figure, Pen.rect(x + i * s / 4, y, s / 8, s));
        }
      }
      default -> {
        d.fill(figure, Pen.rect(x, y, s, s / 2));
        d.fill(Drawing.INK, Pen.circle(x + s / 2, y + s / 2, s / 4));
      }
    }
    d.line(Drawing.INK, EDGE, Pen.rect(x, y, s, s));
  }

  /** A quarter of a disc whose corner is at a point, opening to the lower right before its turn. */
  private static Pen quarter(double x, double y, double r, double turn) {
    double c = r * 0.5523;
    Pen shape = new Pen().move(0, 0).line(r, 0).curve(r, c, c, r, 0, r).close();
    return shape.placed(x, y, 1, turn);
  }
}
