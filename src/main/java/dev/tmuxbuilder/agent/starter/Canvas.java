package dev.tmuxbuilder.agent.starter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Paints drawings into pixels, with smooth edges. Works without the desktop libraries of Java,
 * which are not there in a native program.
 */
final class Canvas {
  /** Lines that are looked at within one row of pixels. */
  private static final int FINE = 4;

  private record Edge(double x0, double y0, double x1, double y1, int direction) {}

  private record Crossing(double x, int direction) {}

  private final int width;
  private final int height;
  private final int[] pixels;

  Canvas(int width, int height, Rgb background) {
    this.width = width;
    this.height = height;
    this.pixels = new int[width * height];
    Arrays.fill(pixels, background.packed());
  }

  /** Paints a drawing over the whole canvas, as large as needed to cover it, centred. */
  Canvas paint(Drawing drawing, Palette palette) {
    double scale = Math.max((double) width / drawing.width(), (double) height / drawing.height());
    double dx = (width - drawing.width() * scale) / 2;
    double dy = (height - drawing.height() * scale) / 2;
    for (Drawing.Shape shape : drawing.shapes()) {
      List<double[]> lines = shape.pen().placed(dx, dy, scale, 0).flat(1, 1);
      fill(
          shape.width() == 0 ? lines : outlines(lines, shape.width() * scale / 2),
          palette.drawn(shape.colour()));
    }
    return this;
  }

  /** The pixels as a PNG file. */
  byte[] png() {
    return Png.encode(width, height, pixels);
  }

  private void fill(List<double[]> polygons, Rgb colour) {
    List<List<Edge>> rows = edges(polygons);
    float[] cover = new float[width + 1];
    List<Edge> active = new ArrayList<>();
    for (int y = 0; y < height; y++) {
      active.addAll(rows.get(y));
      int row = y;
      active.removeIf(edge -> edge.y1 <= row);
      if (active.isEmpty()) {
        continue;
      }
      Arrays.fill(cover, 0);
      for (int i = 0; i < FINE; i++) {
        span(active, y + (i + 0.5) / FINE, cover);
      }
      blend(y, cover, colour);
    }
  }

  /** The edges by the row in which each begins. */
  private List<List<Edge>> edges(List<double[]> polygons) {
    List<List<Edge>> rows = new ArrayList<>(height);
    for (int y = 0; y < height; y++) {
      rows.add(new ArrayList<>(0));
    }
    for (double[] points : polygons) {
      for (int i = 0; i < points.length; i += 2) {
        int next = (i + 2) % points.length;
        edge(points[i], points[i + 1], points[next], points[next + 1], rows);
      }
    }
    return rows;
  }

  private void edge(double x0, double y0, double x1, double y1, List<List<Edge>> rows) {
    if (y0 == y1 || Math.max(y0, y1) <= 0 || Math.min(y0, y1) >= height) {
      return;
    }
    Edge edge = y0 < y1 ? new Edge(x0, y0, x1, y1, 1) : new Edge(x1, y1, x0, y0, -1);
    rows.get(Math.clamp((long) edge.y0, 0, height - 1)).add(edge);
  }

  private void span(List<Edge> active, double y, float[] cover) {
    List<Crossing> crossings = new ArrayList<>();
    for (Edge edge : active) {
      if (edge.y0 <= y && y < edge.y1) {
        double x = edge.x0 + (y - edge.y0) / (edge.y1 - edge.y0) * (edge.x1 - edge.x0);
        crossings.add(new Crossing(x, edge.direction));
      }
    }
    crossings.sort((a, b) -> Double.compare(a.x, b.x));
    int winding = 0;
    for (int i = 0; i + 1 < crossings.size(); i++) {
      winding += crossings.get(i).direction;
      if (winding != 0) {
        cover(crossings.get(i).x, crossings.get(i + 1).x, cover);
      }
    }
  }

  private void cover(double from, double to, float[] cover) {
    double start = Math.max(0, from);
    double end = Math.min(width, to);
    int first = (int) start;
    int last = (int) end;
    if (end <= start) {
      return;
    }
    if (first == last) {
      cover[first] += (float) (end - start) / FINE;
      return;
    }
    cover[first] += (float) (first + 1 - start) / FINE;
    for (int x = first + 1; x < last; x++) {
      cover[x] += 1f / FINE;
    }
    cover[last] += (float) (end - last) / FINE;
  }

  private void blend(int y, float[] cover, Rgb colour) {
    for (int x = 0; x < width; x++) {
      if (cover[x] > 0.004f) {
        int old = pixels[y * width + x];
        Rgb below = new Rgb(old >> 16 & 0xff, old >> 8 & 0xff, old & 0xff);
        pixels[y * width + x] = below.mix(colour, Math.min(1, cover[x])).packed();
      }
    }
  }

  /** A line as shapes: a bar for each straight piece and a disc at each joint. */
  private static List<double[]> outlines(List<double[]> lines, double half) {
    List<double[]> shapes = new ArrayList<>();
    for (double[] line : lines) {
      for (int i = 0; i + 3 < line.length; i += 2) {
        shapes.add(bar(line[i], line[i + 1], line[i + 2], line[i + 3], half));
      }
      for (int i = 0; i + 1 < line.length; i += 2) {
        shapes.addAll(Pen.circle(line[i], line[i + 1], half).flat(1, 1));
      }
    }
    return shapes;
  }

  private static double[] bar(double x0, double y0, double x1, double y1, double half) {
    double length = Math.max(1e-9, StrictMath.hypot(x1 - x0, y1 - y0));
    double nx = -(y1 - y0) / length * half;
    double ny = (x1 - x0) / length * half;
    // in the direction of the discs, so that the two never cancel each other out
    return new double[] {x0 - nx, y0 - ny, x1 - nx, y1 - ny, x1 + nx, y1 + ny, x0 + nx, y0 + ny};
  }
}
