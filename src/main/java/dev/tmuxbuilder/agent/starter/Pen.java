package dev.tmuxbuilder.agent.starter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A line through the plane, of straight pieces and cubic curves, possibly in several parts. x goes
 * to the right and y downwards.
 */
final class Pen {
  private static final double CIRCLE = 0.5522847498;

  private record Piece(char kind, double[] at) {}

  private final List<Piece> pieces = new ArrayList<>();

  static Pen circle(double x, double y, double r) {
    return ellipse(x, y, r, r);
  }

  static Pen ellipse(double x, double y, double rx, double ry) {
    double cx = rx * CIRCLE;
    double cy = ry * CIRCLE;
    return new Pen()
        .move(x + rx, y)
        .curve(x + rx, y + cy, x + cx, y + ry, x, y + ry)
        .curve(x - cx, y + ry, x - rx, y + cy, x - rx, y)
        .curve(x - rx, y - cy, x - cx, y - ry, x, y - ry)
        .curve(x + cx, y - ry, x + rx, y - cy, x + rx, y)
        .close();
  }

  static Pen rect(double x, double y, double width, double height) {
    return polygon(x, y, x + width, y, x + width, y + height, x, y + height);
  }

  static Pen polygon(double... points) {
    return open(points).close();
  }

  static Pen open(double... points) {
    Pen pen = new Pen().move(points[0], points[1]);
    for (int i = 2; i < points.length; i += 2) {
      pen.line(points[i], points[i + 1]);
    }
    return pen;
  }

  /** A smooth line through all points, left to right. */
  static Pen smooth(double... points) {
    Pen pen = new Pen().move(points[0], points[1]);
    pen.on(points);
    return pen;
  }

  /** A leaf from the origin upwards. */
  static Pen leaf(double length, double width) {
    return new Pen()
        .move(0, 0)
        .curve(-width, -length * 0.3, -width * 0.7, -length * 0.8, 0, -length)
        .curve(width * 0.7, -length * 0.8, width, -length * 0.3, 0, 0)
        .close();
  }

  /** A part of a circle's line; degrees clockwise from the right. */
  static Pen arc(double x, double y, double r, double from, double to) {
    int parts = (int) Math.ceil(Math.abs(to - from) / 45);
    double step = StrictMath.toRadians((to - from) / parts);
    double handle = 4.0 / 3 * StrictMath.tan(step / 4) * r;
    double angle = StrictMath.toRadians(from);
    Pen pen = new Pen().move(x + r * StrictMath.cos(angle), y + r * StrictMath.sin(angle));
    for (int i = 0; i < parts; i++) {
      double next = angle + step;
      double c0 = StrictMath.cos(angle);
      double s0 = StrictMath.sin(angle);
      double c1 = StrictMath.cos(next);
      double s1 = StrictMath.sin(next);
      pen.curve(
          x + r * c0 - handle * s0,
          y + r * s0 + handle * c0,
          x + r * c1 + handle * s1,
          y + r * s1 - handle * c1,
          x + r * c1,
          y + r * s1);
      angle = next;
    }
    return pen;
  }

  Pen move(double x, double y) {
    return add('M', x, y);
  }

  Pen line(double x, double y) {
    return add('L', x, y);
  }

  Pen curve(double x1, double y1, double x2, double y2, double x, double y) {
    return add('C', x1, y1, x2, y2, x, y);
  }

  /** On through more points, smoothly; the first must be where the pen is. */
  Pen on(double... points) {
    int last = points.length / 2 - 1;
    for (int i = 0; i < last; i++) {
      double x0 = points[2 * Math.max(0, i - 1)];
      double y0 = points[2 * Math.max(0, i - 1) + 1];
      double x1 = points[2 * i];
      double y1 = points[2 * i + 1];
      double x2 = points[2 * i + 2];
      double y2 = points[2 * i + 3];
      double x3 = points[2 * Math.min(last, i + 2)];
      double y3 = points[2 * Math.min(last, i + 2) + 1];
      curve(x1 + (x2 - x0) / 6, y1 + (y2 - y0) / 6, x2 - (x3 - x1) / 6, y2 - (y3 - y1) / 6, x2, y2);
    }
    return this;
  }

  Pen close() {
    return add('Z');
  }

  /** Turned by degrees around the origin, made larger, then moved. */
  Pen placed(double x, double y, double scale, double degrees) {
    double angle = StrictMath.toRadians(degrees);
    double cos = StrictMath.cos(angle) * scale;
    double sin = StrictMath.sin(angle) * scale;
    Pen moved = new Pen();
    for (Piece piece : pieces) {
      double[] at = new double[piece.at.length];
      for (int i = 0; i < at.length; i += 2) {
        at[i] = x + piece.at[i] * cos - piece.at[i + 1] * sin;
        at[i + 1] = y + piece.at[i] * sin + piece.at[i + 1] * cos;
      }
      moved.add(piece.kind, at);
    }
    return moved;
  }

  Pen and(Pen other) {
    Pen both = new Pen();
    both.pieces.addAll(pieces);
    both.pieces.addAll(other.pieces);
    return both;
  }

  /** As the {@code d} attribute of an SVG path. */
  String svg() {
    StringBuilder d = new StringBuilder();
    for (Piece piece : pieces) {
      d.append(piece.kind);
      for (int i = 0; i < piece.at.length; i++) {
        d.append(i == 0 ? "" : " ").append(number(piece.at[i]));
      }
    }
    return d.toString();
  }

  /** As straight lines, fine enough for a picture of about a thousand pixels. */
  List<double[]> flat(double scaleX, double scaleY) {
    List<double[]> parts = new ArrayList<>();
    List<Double> points = new ArrayList<>();
    for (Piece piece : pieces) {
      switch (piece.kind) {
        case 'M' -> {
          finish(points, parts);
          add(points, piece.at[0] * scaleX, piece.at[1] * scaleY);
        }
        case 'L' -> add(points, piece.at[0] * scaleX, piece.at[1] * scaleY);
        case 'C' -> flatten(points, piece.at, scaleX, scaleY);
        default -> add(points, points.get(0), points.get(1));
      }
    }
    finish(points, parts);
    return parts;
  }

  private static void flatten(List<Double> points, double[] at, double scaleX, double scaleY) {
    double x0 = points.get(points.size() - 2);
    double y0 = points.get(points.size() - 1);
    double[] c = new double[6];
    for (int i = 0; i < 6; i += 2) {
      c[i] = at[i] * scaleX;
      c[i + 1] = at[i + 1] * scaleY;
    }
    double length = Math.abs(c[4] - x0) + Math.abs(c[5] - y0) + Math.abs(c[0] - x0);
    int steps = Math.clamp(Math.round(length / 8), 4, 40);
    for (int i = 1; i <= steps; i++) {
      double t = (double) i / steps;
      double u = 1 - t;
      double a = u * u * u;
      double b = 3 * u * u * t;
      double d = 3 * u * t * t;
      double e = t * t * t;
      add(points, a * x0 + b * c[0] + d * c[2] + e * c[4], a * y0 + b * c[1] + d * c[3] + e * c[5]);
    }
  }

  private static void finish(List<Double> points, List<double[]> parts) {
    if (points.size() > 2) {
      parts.add(points.stream().mapToDouble(Double::doubleValue).toArray());
    }
    points.clear();
  }

  private static void add(List<Double> points, double x, double y) {
    points.add(x);
    points.add(y);
  }

  private Pen add(char kind, double... at) {
    pieces.add(new Piece(kind, at));
    return this;
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    String bare = text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    return bare.equals("-0") ? "0" : bare;
  }
}
