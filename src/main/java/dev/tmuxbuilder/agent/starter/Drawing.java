package dev.tmuxbuilder.agent.starter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A picture of filled shapes and lines whose colours are numbers, so that the same picture follows
 * the reader's light or dark scheme in a page and can be painted into a file.
 */
final class Drawing {
  static final int INK = 6;
  static final int PAGE = 7;
  static final int ACCENT = 8;
  static final int SURFACE = 9;
  static final int STAGE = 10;

  /**
   * @param width of the line; 0 means that the shape is filled
   */
  record Shape(Pen pen, int colour, double width) {}

  private final int width;
  private final int height;
  private final List<Shape> shapes = new ArrayList<>();

  Drawing(int width, int height) {
    this.width = width;
    this.height = height;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  List<Shape> shapes() {
    return shapes;
  }

  Drawing fill(int colour, Pen pen) {
    shapes.add(new Shape(pen, colour, 0));
    return this;
  }

  Drawing line(int colour, double thickness, Pen pen) {
    shapes.add(new Shape(pen, colour, thickness));
    return this;
  }

  /** For a page: coloured by classes of the style sheet, silent for those who listen. */
  Html inline(String cssClass, String fit) {
    StringBuilder svg =
        new StringBuilder("<svg class=\"").append(cssClass).append("\" viewBox=\"0 0 ");
    svg.append(width).append(' ').append(height).append("\" preserveAspectRatio=\"").append(fit);
    svg.append("\" aria-hidden=\"true\" focusable=\"false\">");
    for (Shape shape : shapes) {
      svg.append("<path class=\"")
          .append(shape.width == 0 ? 'f' : 's')
          .append(shape.colour)
          .append('"');
      thickness(svg, shape);
      svg.append(" d=\"").append(shape.pen.svg()).append("\"/>");
    }
    return Html.trusted(svg.append("</svg>").toString());
  }

  /** A file of its own, in fixed colours. */
  String file(Palette palette) {
    StringBuilder svg =
        new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ");
    svg.append(width).append(' ').append(height).append("\">");
    for (Shape shape : shapes) {
      String colour = palette.drawn(shape.colour).hex();
      svg.append("<path ");
      if (shape.width == 0) {
        svg.append("fill=\"").append(colour).append('"');
      } else {
        svg.append("fill=\"none\" stroke-linecap=\"round\" stroke-linejoin=\"round\" stroke=\"");
        svg.append(colour).append('"');
        thickness(svg, shape);
      }
      svg.append(" d=\"").append(shape.pen.svg()).append("\"/>");
    }
    return svg.append("</svg>\n").toString();
  }

  private static void thickness(StringBuilder svg, Shape shape) {
    if (shape.width > 0) {
      svg.append(" stroke-width=\"")
          .append(String.format(Locale.ROOT, "%.1f", shape.width))
          .append('"');
    }
  }
}
