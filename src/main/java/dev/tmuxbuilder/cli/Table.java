package dev.tmuxbuilder.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows in columns that are as wide as they must be. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... heads) {
    rows.add(List.of(heads));
  }

  void row(String... cells) {
    rows.add(List.of(cells).stream().map(Text::clean).toList());
  }

  boolean isEmpty() {
    return rows.size() == 1;
  }

  void print(Output out, Style style) {
    for (int i = 0; i < rows.size(); i++) {
      String line = line(rows.get(i)).stripTrailing();
      out.line(i == 0 ? style.dim(line) : line);
    }
  }

  private String line(List<String> row) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      line.append(Text.pad(row.get(column), width(column))).append("  ");
    }
    return line.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> Text.width(row.get(column))).max().orElse(0);
  }
}
