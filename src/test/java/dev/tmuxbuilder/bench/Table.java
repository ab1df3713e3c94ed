package dev.tmuxbuilder.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What was measured, as a Markdown table, and whether all is as it must be. */
final class Table {
  private final List<String> rows = new ArrayList<>();
  private final Set<String> faults = new LinkedHashSet<>();

  /**
   * @param goal such as {@code <= 25}; {@code == 0} must hold; empty for what is only told
   */
  synchronized void row(String what, double value, String goal) {
    String verdict = "";
    if (!goal.isEmpty()) {
      String[] parts = goal.split(" ", 2);
      double limit = Double.parseDouble(parts[1]);
      boolean met =
          switch (parts[0]) {
            case "<" -> value < limit;
            case "<=" -> value <= limit;
            case ">=" -> value >= limit;
            default -> value == limit;
          };
      verdict = goal.replace("== ", "") + (met ? ": met" : ": MISSED");
      if (!met && parts[0].equals("==")) {
        fault(what + ": " + (long) value);
      }
    }
    String form = value == Math.rint(value) ? "%.0f" : value < 10 ? "%.2f" : "%.1f";
    rows.add(
        "| " + what + " | " + String.format(Locale.ROOT, form, value) + " | " + verdict + " |");
  }

  synchronized void fault(String what) {
    if (faults.add(what)) {
      System.err.println(what);
    }
  }

  synchronized boolean faulty() {
    return !faults.isEmpty();
  }

  synchronized void print() {
    System.out.println("| measured | value | goal |");
    System.out.println("| --- | ---: | --- |");
    rows();
  }

  /** Without the head, to go on with a table. */
  synchronized void rows() {
    rows.forEach(System.out::println);
    faults.forEach(fault -> System.out.println("FAULT: " + fault));
  }
}
