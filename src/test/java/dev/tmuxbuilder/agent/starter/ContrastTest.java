package dev.tmuxbuilder.agent.starter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** WCAG 2.2, success criterion 1.4.3: text has a contrast of at least 4.5. */
class ContrastTest {
  @ParameterizedTest
  @EnumSource(Design.class)
  void textCanBeReadInBothSchemes(Design design) {
    for (Palette palette : new Palette[] {design.light(), design.dark()}) {
      readable(palette.ink(), palette.page(), design);
      readable(palette.ink(), palette.surface(), design);
      readable(palette.muted(), palette.page(), design);
      readable(palette.muted(), palette.surface(), design);
      readable(palette.accent(), palette.page(), design);
      readable(palette.accent(), palette.surface(), design);
      readable(palette.onAccent(), palette.accent(), design);
      readable(palette.onStage(), palette.stage(), design);
      readable(palette.page(), palette.ink(), design);
    }
  }

  @ParameterizedTest
  @CsvSource({"HEARTH", "MEADOW", "INK", "ALPINE"})
  void linksOnTheStageCanBeRead(Design design) {
    readable(design.light().accent(), design.light().stage(), design);
    readable(design.dark().accent(), design.dark().stage(), design);
  }

  @ParameterizedTest
  @CsvSource({"#ffff00", "#ffffff", "#000000", "#ff00ff", "#777777"})
  void anAccentOfTheBriefIsMadeReadable(String accent) {
    for (Design design : Design.values()) {
      for (Palette own : new Palette[] {design.light(), design.dark()}) {
        Palette palette = own.withAccent(Rgb.of(accent));
        readable(palette.accent(), palette.page(), design);
        readable(palette.accent(), palette.surface(), design);
        readable(palette.onAccent(), palette.accent(), design);
      }
    }
  }

  private static void readable(Rgb text, Rgb ground, Design design) {
    assertThat(text.contrast(ground))
        .as("%s: %s on %s", design, text.hex(), ground.hex())
        .isGreaterThanOrEqualTo(4.5);
  }
}
