package dev.tmuxbuilder.agent.starter;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;

/** The looks that a site can have. Layout and type are in {@code starter/css/{name}.css}. */
enum Design {
  /** A warm kitchen, for whoever feeds people. */
  HEARTH(
      new HearthArt(),
      "#fbf4e9 #fffaf2 #2e1d12 #6b5443 #e6d5bd #9a3f1d #ffffff #f4e3c8 #2e1d12"
          + " #c4703a #f3d9ae #e0b26f #dd9a55 #7c4a26 #fbefd8",
      "#1e1510 #2a1e17 #f6e9d8 #cbb49c #4a382b #f2a56b #24150c #2d1f16 #f6e9d8"
          + " #c9743c #4d3222 #6b4527 #e09b54 #a26a3d #f3dcb4"),
  /** A well-set magazine, for those with something to tell. */
  GAZETTE(
      new GazetteArt(),
      "#fdfcf9 #f3f1ea #141414 #54514b #cfcbc0 #b3202a #ffffff #f3f1ea #141414"
          + " #d8352f #141414 #54514b #8d897f #cfcbc0 #f3f1ea",
      "#131312 #1e1d1b #f3f0e8 #b4afa3 #3d3b36 #ff8077 #1a0504 #1e1d1b #f3f0e8"
          + " #c9372f #f3f0e8 #b4afa3 #79756b #3d3b36 #1e1d1b"),
  /** Loud blocks with hard edges, for those who want to be seen. */
  BLOCK(
      new BlockArt(),
      "#fff7e0 #ffffff #0d0d0d #3b3b3b #0d0d0d #1d3ae0 #ffffff #ffcf24 #0d0d0d"
          + " #ff5a36 #ffcf24 #2f55ff #19b57a #ff9ad1 #fff7e0",
      "#121214 #1d1d21 #fff7e0 #cfc9b8 #fff7e0 #ffcf24 #121214 #2238c9 #ffffff"
          + " #ff6a48 #e8b800 #4d6dff #17a06c #e27ab6 #26262c"),
  /** Room to breathe, for those who care for body and mind. */
  MEADOW(
      new MeadowArt(),
      "#f6f8f3 #ffffff #22332b #55675c #d7e0d6 #2f6b4f #ffffff #e6eee3 #22332b"
          + " #f1c9a5 #3d6b55 #6f9a7f #9cbfa6 #c9dccb #e6eee3",
      "#111a16 #1a2620 #e6efe7 #a9bbae #31423a #8fd3ac #0c1a12 #16231c #e6efe7"
          + " #c98f63 #568a70 #3f6c55 #2f5241 #22392e #16231c"),
  /** A workbench, for those who build things that run. */
  CIRCUIT(
      new CircuitArt(),
      "#f7f9fc #ffffff #0f1b2d #4a5a70 #d3dce8 #0b5cad #ffffff #0f1b2d #e8f1ff"
          + " #35d0ba #dbe9ff #5b7ca8 #1d3050 #2a3f60 #0f1b2d",
      "#0a111c #111c2c #e4edf9 #9fb1c8 #263750 #5cc8ff #04131f #0d1726 #e4edf9"
          + " #35d0ba #dbe9ff #4a6a96 #18283f #24364f #0d1726"),
  /** A night of music, for whoever brings people together. */
  FIESTA(
      new FiestaArt(),
      "#fff5f0 #ffffff #2a0f3d #5f4670 #efd3dc #b4135f #ffffff #2a0f3d #fff0f5"
          + " #ff4f7b #ffb627 #20c5c0 #ff7f3f #7d3cc8 #2a0f3d",
      "#180a24 #241134 #fceefb #c9aed6 #47285d #ff8fb0 #2a0518 #220e33 #fceefb"
          + " #ff4f7b #ffb627 #20c5c0 #ff7f3f #8a4bd4 #220e33"),
  /** High and wide, for places that one travels to. */
  ALPINE(
      new AlpineArt(),
      "#f7f6f1 #ffffff #1b2a33 #4f606a #d5dadb #a63d17 #ffffff #cfe1ea #1b2a33"
          + " #e8793a #24473f #4e6f7b #7d9dab #b4ccd8 #d6e6ee",
      "#10181d #1a252c #e9f0f2 #a9bac2 #32424b #ffa873 #2a1003 #16222b #e9f0f2"
          + " #e8793a #17302c #2c444f #415f6d #2a3d49 #16222b"),
  /** Brush and paper, for crafts that take a life to learn. */
  INK(
      new InkArt(),
      "#f8f5ee #fffdf8 #1d1b19 #5c564e #ddd5c6 #a8281c #ffffff #efe9dc #1d1b19"
          + " #c8372a #d8c9a8 #1d1b19 #9a917f #cfc6b2 #f8f5ee",
      "#151413 #1f1d1b #f1ebdf #b5ac9c #3b3732 #ff8a74 #240805 #1b1918 #f1ebdf"
          + " #d2443a #5a5140 #f1ebdf #6d6658 #423d35 #151413");

  private static final Properties WORD_LISTS = Resources.properties("designs.properties");

  private final Art art;
  private final Palette light;
  private final Palette dark;

  Design(Art art, String light, String dark) {
    this.art = art;
    this.light = Palette.of(light);
    this.dark = Palette.of(dark);
  }

  /** What front matter calls it. */
  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  Art art() {
    return art;
  }

  Palette light() {
    return light;
  }

  Palette dark() {
    return dark;
  }

  /** Beginnings of words, in several languages, that speak for this design. */
  List<String> words() {
    return Arrays.stream(WORD_LISTS.getProperty(wire(), "").split("[,\\s]+"))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  static Optional<Design> parse(String wire) {
    String wanted = wire.strip().toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(design -> design.wire().equals(wanted)).findFirst();
  }
}
