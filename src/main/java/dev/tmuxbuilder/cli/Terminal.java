package dev.tmuxbuilder.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import picocli.CommandLine.Help.Ansi;
import sun.misc.Signal;

/**
 * What standard output is connected to.
 *
 * @param live whether a view may move the cursor: a terminal that is not a dumb one
 * @param columns the width now; cheap to ask
 */
record Terminal(boolean live, Style style, IntSupplier columns) {
  private static final int USUAL_WIDTH = 80;

  static Terminal ofThisProcess(Map<String, String> environment) {
    boolean live = isTerminal() && !isDumb(environment);
    boolean colour = live && environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Terminal(
        live, new Style(colour, speaksUtf8(environment)), live ? new Columns() : () -> USUAL_WIDTH);
  }

  /** Not a terminal: plain text of the usual width. */
  static Terminal plain() {
    return new Terminal(false, new Style(false, true), () -> USUAL_WIDTH);
  }

  int width() {
    return columns.getAsInt();
  }

  Ansi ansi() {
    return style.colour() ? Ansi.ON : Ansi.OFF;
  }

  /**
   * Java's own console is one only where standard input is a terminal too, and a brief may come
   * from there.
   */
  private static boolean isTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException noProc) {
      return System.console() != null && System.console().isTerminal();
    }
  }

  private static boolean isDumb(Map<String, String> environment) {
    String term = environment.getOrDefault("TERM", "");
    return term.isEmpty() || term.equals("dumb");
  }

  private static boolean speaksUtf8(Map<String, String> environment) {
    return Stream.of("LC_ALL", "LC_CTYPE", "LANG")
        .map(name -> environment.getOrDefault(name, ""))
        .filter(value -> !value.isEmpty())
        .findFirst()
        .map(value -> value.toLowerCase(Locale.ROOT).replace("-", "").contains("utf8"))
        .orElse(false);
  }

  /** The terminal's width, asked again only after the terminal said that it changed. */
  private static final class Columns implements IntSupplier {
    private volatile boolean changed = true;
    private volatile int width = USUAL_WIDTH;

    Columns() {
      Signal.handle(new Signal("WINCH"), ignored -> changed = true);
    }

    @Override
    public int getAsInt() {
      if (changed) {
        changed = false;
        width = ask();
      }
      return width;
    }

    private static int ask() {
      try {
        Process stty =
            new ProcessBuilder("stty", "size")
                .redirectInput(Path.of("/dev/tty").toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        String[] rowsAndColumns = answer.strip().split(" ", -1);
        int asked = rowsAndColumns.length == 2 ? Integer.parseInt(rowsAndColumns[1]) : 0;
        return asked > 0 ? asked : USUAL_WIDTH;
      } catch (IOException | NumberFormatException noTerminal) {
        return USUAL_WIDTH;
      }
    }
  }
}
