package dev.tmuxbuilder.brief;

import java.util.regex.Pattern;
import org.commonmark.node.Block;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;

/** Markdown as a reader hears it. Never recursive, so no depth of nesting is too much. */
public final class PlainText {
  private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}\\x{85}]+");

  private PlainText() {}

  /** The text below {@code node}, white space collapsed. */
  public static String of(Node node) {
    StringBuilder text = new StringBuilder();
    Walk.over(node, inner -> append(text, inner));
    return collapse(text.toString());
  }

  /** Every run of white space, of whatever kind, becomes one blank; none at the ends. */
  public static String collapse(String text) {
    return SPACES.matcher(text).replaceAll(" ").strip();
  }

  /** At most {@code max} characters, cut between two words where that is possible. */
  public static String shorten(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    int cut = max - 1;
    int blank = text.lastIndexOf(' ', cut);
    if (blank > max / 2) {
      cut = blank;
    } else if (Character.isHighSurrogate(text.charAt(cut - 1))) {
      cut--;
    }
    return text.substring(0, cut).replaceFirst("[\\s\\p{P}]+$", "") + "…";
  }

  /**
   * Drops what no page may hold: control characters but tab and line ends, half surrogate pairs,
   * non-characters, and the marks that turn the direction of foreign text round.
   */
  static String legal(String text) {
    if (text.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
      return text;
    }
    StringBuilder legal = new StringBuilder(text.length());
    text.codePoints().filter(PlainText::isLegal).forEach(legal::appendCodePoint);
    return legal.toString();
  }

  private static boolean isLegal(int c) {
    boolean control = Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r';
    boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    boolean nonCharacter = (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
    boolean override = c == 0x202D || c == 0x202E || c == 0xFEFF;
    return !control && !surrogate && !nonCharacter && !override;
  }

  private static void append(StringBuilder text, Node node) {
    switch (node) {
      case Text words -> text.append(words.getLiteral());
      case Code code -> text.append(code.getLiteral());
      case FencedCodeBlock code -> text.append(' ').append(code.getLiteral()).append(' ');
      case IndentedCodeBlock code -> text.append(' ').append(code.getLiteral()).append(' ');
      case SoftLineBreak soft -> text.append(' ');
      case HardLineBreak hard -> text.append(' ');
      case Block block -> text.append(' ');
      default -> {}
    }
  }
}
