package dev.tmuxbuilder.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScreenTest {
  private static String text(String printed) {
    return Screen.read(List.of(printed)).getFirst().pieces().stream()
        .map(Screen.Piece::text)
        .collect(Collectors.joining());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\u001b]52;c;cm0gLXJmIC8=\u0007b", // the clipboard
        "a\u001b]0;title\u001b\\b",
        "a\u001b]8;;javascript:alert(1)\u001b\\b\u001b]8;;\u001b\\", // a link
        "a\u001bPq#0;2;0;0;0\u001b\\b", // a picture
        "a\u001b[2J\u001b[10;10H\u001b[?1049hb",
        "a\u001bc\u001b7\u001b(0b",
        "a\u0000\u0007\u0008\u007f\u009bb",
        "a\u202eb\u200f", // text from right to left
        "ab\u001b[",
        "ab\u001b]0;never ends"
      })
  void whatIsAnOrderIsLeftOut(String printed) {
    assertThat(text(printed)).matches("ab|a.*b").doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
    assertThat(text(printed).replaceAll("[^a-z]", "")).startsWith("a");
  }

  @Test
  void looksAreUnderstoodAndGoOnFromLineToLine() {
    List<Screen.Line> lines =
        Screen.read(
            List.of(
                "plain\u001b[1;31mred\u001b[38;5;200mpink",
                "\u001b[38;2;1;2;255;4mblue\u001b[7;22mturned\u001b[mplain"));
    assertThat(lines.getFirst().pieces())
        .extracting(Screen.Piece::text)
        .containsExactly("plain", "red", "pink");
    Screen.Look red = lines.getFirst().pieces().get(1).look();
    assertThat(red.ink()).isEqualTo("1");
    assertThat(red.bold()).isTrue();
    assertThat(lines.getFirst().pieces().get(2).look().ink()).isEqualTo("200");
    Screen.Look blue = lines.get(1).pieces().getFirst().look();
    assertThat(blue.ink()).isEqualTo("#0102ff");
    assertThat(blue.bold()).as("from the line before").isTrue();
    assertThat(blue.underlined()).isTrue();
    Screen.Look turned = lines.get(1).pieces().get(1).look();
    assertThat(turned.inverse()).isTrue();
    assertThat(turned.bold()).isFalse();
    assertThat(lines.get(1).pieces().get(2).look()).isEqualTo(Screen.Look.PLAIN);
  }

  @Test
  void whateverIsPrintedOnlyTextComesOut() {
    Random random = new Random(7);
    String letters = "\u001b[]\\0123456789;:mHJPX^_\u0007\u009b<>&\"'abc \t\u202e";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder printed = new StringBuilder();
      for (int j = random.nextInt(40); j > 0; j--) {
        printed.append(letters.charAt(random.nextInt(letters.length())));
      }
      for (Screen.Piece piece : Screen.read(List.of(printed.toString())).getFirst().pieces()) {
        assertThat(piece.text()).doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
        assertThat(String.valueOf(piece.look().ink())).matches("null|[0-9]{1,3}|#[0-9a-f]{6}");
      }
    }
  }
}
