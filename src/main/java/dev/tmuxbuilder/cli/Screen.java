package dev.tmuxbuilder.cli;

import java.util.List;

/**
 * A block of lines at the cursor that is redrawn in place: only the lines that changed are written,
 * in one piece, so that nothing flickers. For one thread, but for {@link #release}.
 */
final class Screen {
  private static final String HIDE_CURSOR = "\u001b[?25l";
  private static final String SHOW_CURSOR = "\u001b[?25h";
  private static final String CLEAR_TO_LINE_END = "\u001b[K";
  private static final String CLEAR_TO_SCREEN_END = "\u001b[J";

  private final Output out;
  private List<String> shown = List.of();
  private int shownWidth;
  private boolean released;

  Screen(Output out) {
    this.out = out;
  }

  /** Shows these lines in place of the ones before. */
  synchronized void show(List<String> lines, int width) {
    if (released) {
      return;
    }
    StringBuilder drawing = new StringBuilder();
    if (shown.isEmpty()) {
      drawing.append(HIDE_CURSOR);
      lines.forEach(line -> drawing.append(line).append('\n'));
    } else if (width != shownWidth || lines.size() != shown.size()) {
      up(drawing, rows(width));
      drawing.append(CLEAR_TO_SCREEN_END);
      lines.forEach(line -> drawing.append(line).append('\n'));
    } else {
      redrawChanged(drawing, lines);
    }
    shown = List.copyOf(lines);
    shownWidth = width;
    if (!drawing.isEmpty()) {
      out.raw(drawing.toString());
    }
  }

  private void redrawChanged(StringBuilder drawing, List<String> lines) {
    int first = 0;
    while (first < lines.size() && lines.get(first).equals(shown.get(first))) {
      first++;
    }
    if (first == lines.size()) {
      return;
    }
    up(drawing, lines.size() - first);
    for (int i = first; i < lines.size(); i++) {
      if (!lines.get(i).equals(shown.get(i))) {
        drawing.append(lines.get(i)).append(CLEAR_TO_LINE_END);
      }
      drawing.append('\n');
    }
  }

  /** A terminal that became narrower has wrapped the lines that are there. */
  private int rows(int width) {
    return shown.stream()
        .mapToInt(line -> Math.max(1, -Math.floorDiv(-Text.width(bare(line)), Math.max(1, width))))
        .sum();
  }

  private static String bare(String line) {
    return line.replaceAll("\u001b\\[[0-9;?]*[a-zA-Z]", "");
  }

  private static void up(StringBuilder drawing, int rows) {
    if (rows > 0) {
      drawing.append("\r\u001b[").append(rows).append('A');
    }
  }

  /** Gives the cursor back; nothing is drawn afterwards. From any thread, also twice. */
  synchronized void release() {
    if (!released) {
      released = true;
      if (!shown.isEmpty()) {
        out.raw(SHOW_CURSOR);
      }
    }
  }
}
