package dev.tmuxbuilder.agent.starter;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** A colour of the sRGB space; each part is 0 to 255. */
record Rgb(int red, int green, int blue) {
  private static final Pattern FORM = Pattern.compile("#[0-9a-fA-F]{6}");

  static Rgb of(String hex) {
    return parse(hex).orElseThrow(() -> new IllegalArgumentException("not a colour: " + hex));
  }

  /** Reads {@code #rrggbb}. */
  static Optional<Rgb> parse(String hex) {
    if (!FORM.matcher(hex).matches()) {
      return Optional.empty();
    }
    int value = HexFormat.fromHexDigits(hex, 1, 7);
    return Optional.of(new Rgb(value >> 16, value >> 8 & 0xff, value & 0xff));
  }

  /** The contrast of two colours, 1 to 21, as WCAG 2.2 defines it. */
  double contrast(Rgb other) {
    double a = luminance();
    double b = other.luminance();
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }

  /**
   * @param share of the other colour, 0 to 1
   */
  Rgb mix(Rgb other, double share) {
    return new Rgb(
        blend(red, other.red, share),
        blend(green, other.green, share),
        blend(blue, other.blue, share));
  }

  String hex() {
    return "#" + HexFormat.of().toHexDigits(packed(), 6);
  }

  int packed() {
    return red << 16 | green << 8 | blue;
  }

  private static int blend(int from, int to, double share) {
    return (int) Math.round(from + (to - from) * share);
  }

  private double luminance() {
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  }

  private static double linear(int part) {
    double share = part / 255.0;
    return share <= 0.04045 ? share / 12.92 : StrictMath.pow((share + 0.055) / 1.055, 2.4);
  }
}
