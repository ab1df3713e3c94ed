package dev.tmuxbuilder.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A run as a picture of text: a title, a bar for each step, the line under way. No state: the same
 * run at the same time and width gives the same lines, none wider than {@code width - 1} columns,
 * so that a terminal never wraps them.
 */
final class ProgressView {
  private static final int NAME = 15;
  private static final int STATUS = 16;
  private static final int ELAPSED = 8;
  private static final int LONGEST_BAR = 40;
  private static final int SHORTEST_BAR = 4;
  private static final int FRAMES_A_SECOND = 4;

  private final Style style;

  ProgressView(Style style) {
    this.style = style;
  }

  /**
   * @param notice what the watcher must know beside the run itself, such as a lost connection
   */
  List<String> lines(RunState run, int width, Instant now, Optional<String> notice) {
    int columns = Math.max(40, width - 1);
    List<String> lines = new ArrayList<>();
    lines.add(title(run, columns, now));
    for (StepLine step : run.steps()) {
      lines.add(step(step, columns, now));
    }
    lines.add(notice.map(text -> noticeLine(text, columns)).orElseGet(() -> news(run, columns)));
    return lines;
  }

  private String title(RunState run, int columns, Instant now) {
    String left = session(run.execution()) + (run.run() > 0 ? "  run " + run.run() : "");
    String right = run.status().replace('_', ' ') + "  " + clock(run.elapsed(now));
    int room = columns - Text.width(right) - 1;
    String colouredRight =
        switch (run.status()) {
          case "completed" -> style.good(right);
          case "failed", "cancelled" -> style.bad(right);
          default -> style.busy(right);
        };
    return style.bold(Text.pad(left, room)) + " " + colouredRight;
  }

  private String step(StepLine step, int columns, Instant now) {
    int bar = Math.clamp(columns - 2 - NAME - 2 - STATUS - ELAPSED, SHORTEST_BAR, LONGEST_BAR);
    String label = Text.pad(step.name().replace('_', ' '), NAME);
    String status = step.status() + (step.attempt() > 1 ? ", try " + step.attempt() : "");
    String elapsed = step.elapsed(now).map(span -> Text.span(span.toMillis())).orElse("");
    String shown = step.status().equals("pending") ? "" : status;
    String done = mark(step, now) + " " + (step.isRunning() ? style.bold(label) : label);
    String drawn = done + bar(step, bar, now);
    return shown.isEmpty() // no blanks at the end: a narrower terminal would wrap them
        ? drawn
        : drawn + "  " + colour(step, Text.pad(shown, STATUS)) + Text.padLeft(elapsed, ELAPSED);
  }

  private String mark(StepLine step, Instant now) {
    return switch (step.status()) {
      case "completed" -> style.tick();
      case "failed" -> style.cross();
      case "cancelled" -> style.warn(style.mark("■", "#"));
      case "skipped" -> style.dim(style.mark("–", "-"));
      case "running" -> {
        String frames = style.mark("◐◓◑◒", "|/-\\");
        int frame = (int) (ticks(now) % frames.length());
        yield style.busy(frames.substring(frame, frame + 1));
      }
      default -> style.dim(style.mark("·", "."));
    };
  }

  private String bar(StepLine step, int width, Instant now) {
    String full = style.mark("━", "=");
    String empty = style.mark("─", "-");
    return switch (step.status()) {
      case "completed" -> style.good(full.repeat(width));
      case "failed" -> style.bad(full.repeat(width));
      case "cancelled" -> style.warn(full.repeat(width));
      case "running" -> moving(width, full, empty, now);
      default -> style.dim(empty.repeat(width));
    };
  }

  /** Nobody knows how far a step is, so nothing here pretends to: a piece that wanders. */
  private String moving(int width, String full, String empty, Instant now) {
    int piece = Math.max(2, width / 4);
    int way = width - piece;
    int at = (int) (ticks(now) % Math.max(1, 2 * way));
    int start = at <= way ? at : 2 * way - at;
    return style.dim(empty.repeat(start))
        + style.busy(full.repeat(piece))
        + style.dim(empty.repeat(way - start));
  }

  private static long ticks(Instant now) {
    return Math.floorDiv(now.toEpochMilli() * FRAMES_A_SECOND, 1000L);
  }

  private String colour(StepLine step, String text) {
    return switch (step.status()) {
      case "completed" -> style.good(text);
      case "failed" -> style.bad(text);
      case "running" -> style.busy(text);
      case "cancelled" -> style.warn(text);
      default -> style.dim(text);
    };
  }

  private String news(RunState run, int columns) {
    return style.dim(Text.fit("  " + run.news().orElse(""), columns));
  }

  private String noticeLine(String text, int columns) {
    return style.warn(Text.fit("  " + Text.clean(text), columns));
  }

  private static String clock(Duration span) {
    return span.toMinutes() < 1 ? span.toSeconds() + " s" : Text.span(span.toMillis());
  }

  private static String session(String execution) {
    int start = execution.indexOf("sess_");
    return start < 0 ? execution : execution.substring(start);
  }
}
