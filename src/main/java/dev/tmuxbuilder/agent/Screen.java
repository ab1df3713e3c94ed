package dev.tmuxbuilder.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is on a terminal: text in colours, and nothing that could be an order to anybody. Of escape
 * sequences those that choose how text looks (ECMA-48, 8.3.117) are understood; all others, and all
 * control characters, are left out.
 *
 * @param lines from above, without blanks at their ends
 */
public record Screen(int columns, int rows, int cursorColumn, int cursorRow, List<Line> lines) {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\u001b\\[([0-9;:]*)m" // how text looks
              + "|\\u001b[\\]PX^_][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)?" // strings to somebody
              + "|\\u001b\\[[0-?]*[ -/]*[@-~]" // other sequences with parameters
              + "|\\u001b[ -/]*[0-~]?"
              + "|[\\p{Cc}\\p{Cf}]");

  public Screen {
    lines = List.copyOf(lines);
  }

  /** A line, piece by piece. */
  public record Line(List<Piece> pieces) {
    public Line {
      pieces = List.copyOf(pieces);
    }
  }

  /** Text that looks the same. */
  public record Piece(String text, Look look) {}

  /**
   * How text looks.
   *
   * @param ink {@code 0} to {@code 255} of the usual palette, or {@code #rrggbb}; null for the
   *     terminal's own
   * @param ground likewise
   */
  public record Look(
      @Nullable String ink,
      @Nullable String ground,
      boolean bold,
      boolean faint,
      boolean italic,
      boolean underlined,
      boolean inverse) {
    static final Look PLAIN = new Look(null, null, false, false, false, false, false);

    private Look ink(@Nullable String other) {
      return new Look(other, ground, bold, faint, italic, underlined, inverse);
    }

    private Look ground(@Nullable String other) {
      return new Look(ink, other, bold, faint, italic, underlined, inverse);
    }

    private Look weight(boolean isBold, boolean isFaint) {
      return new Look(ink, ground, isBold, isFaint, italic, underlined, inverse);
    }

    private Look style(boolean isItalic, boolean isUnderlined, boolean isInverse) {
      return new Look(ink, ground, bold, faint, isItalic, isUnderlined, isInverse);
    }
  }

  /** Reads lines as a terminal's own program prints them; looks go on from line to line. */
  public static List<Line> read(List<String> printed) {
    List<Line> lines = new ArrayList<>();
    Look look = Look.PLAIN;
    for (String line : printed) {
      List<Piece> pieces = new ArrayList<>();
      Matcher token = TOKEN.matcher(line);
      int from = 0;
      while (token.find()) {
        add(pieces, line.substring(from, token.start()), look);
        from = token.end();
        if (token.group(1) != null) {
          look = changed(look, token.group(1));
        }
      }
      add(pieces, line.substring(from), look);
      lines.add(new Line(pieces));
    }
    return lines;
  }

  private static void add(List<Piece> pieces, String text, Look look) {
    if (!text.isEmpty()) {
      pieces.add(new Piece(text, look));
    }
  }

  private static Look changed(Look look, String parameters) {
    List<Integer> codes = new ArrayList<>();
    for (String code : parameters.split("[;:]", -1)) {
      codes.add(code.isEmpty() || code.length() > 3 ? 0 : Integer.parseInt(code));
    }
    Look now = look;
    for (int i = 0; i < codes.size(); i++) {
      int code = codes.get(i);
      if (code == 38 || code == 48) {
        String colour = colour(codes, i);
        now = code == 38 ? now.ink(colour) : now.ground(colour);
        i += i + 1 < codes.size() && codes.get(i + 1) == 2 ? 4 : 2;
      } else {
        now = changed(now, code);
      }
    }
    return now;
  }

  private static Look changed(Look look, int code) {
    return switch (code) {
      case 0 -> Look.PLAIN;
      case 1 -> look.weight(true, look.faint());
      case 2 -> look.weight(look.bold(), true);
      case 3 -> look.style(true, look.underlined(), look.inverse());
      case 4 -> look.style(look.italic(), true, look.inverse());
      case 7 -> look.style(look.italic(), look.underlined(), true);
      case 22 -> look.weight(false, false);
      case 23 -> look.style(false, look.underlined(), look.inverse());
      case 24 -> look.style(look.italic(), false, look.inverse());
      case 27 -> look.style(look.italic(), look.underlined(), false);
      case 39 -> look.ink(null);
      case 49 -> look.ground(null);
      default -> {
        if (code >= 30 && code <= 37) {
          yield look.ink(Integer.toString(code - 30));
        } else if (code >= 40 && code <= 47) {
          yield look.ground(Integer.toString(code - 40));
        } else if (code >= 90 && code <= 97) {
          yield look.ink(Integer.toString(code - 82));
        } else if (code >= 100 && code <= 107) {
          yield look.ground(Integer.toString(code - 92));
        }
        yield look;
      }
    };
  }

  /** The colour that stands behind a 38 or 48; null where none does. */
  private static @Nullable String colour(List<Integer> codes, int at) {
    if (at + 2 < codes.size() && codes.get(at + 1) == 5 && codes.get(at + 2) < 256) {
      return codes.get(at + 2).toString();
    }
    if (at + 4 < codes.size() && codes.get(at + 1) == 2) {
      return String.format(
          Locale.ROOT,
          "#%02x%02x%02x",
          codes.get(at + 2) & 255,
          codes.get(at + 3) & 255,
          codes.get(at + 4) & 255);
    }
    return null;
  }
}
