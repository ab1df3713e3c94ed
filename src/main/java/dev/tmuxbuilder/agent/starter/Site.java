package dev.tmuxbuilder.agent.starter;

import dev.tmuxbuilder.brief.Brief;
import dev.tmuxbuilder.brief.Section;
import java.net.URI;
import java.util.Optional;
import java.util.Random;

/**
 * What all pages of one site share.
 *
 * @param url where the site will be, where that is known
 * @param form the form that a dynamic site has
 * @param stylesheet the style sheet's path from the root
 */
record Site(
    Brief brief,
    Design design,
    Palette light,
    Palette dark,
    Words words,
    Optional<URI> url,
    Optional<FormKind> form,
    String stylesheet) {

  /** A source of chance that is the same for the same site and purpose. */
  Random random(String purpose) {
    long seed = 1125899906842597L;
    String all = design.wire() + "\n" + brief.title() + "\n" + purpose;
    for (int i = 0; i < all.length(); i++) {
      seed = 31 * seed + all.charAt(i);
    }
    return new Random(seed);
  }

  /** Whether the brief has a section that is named as the form is: then it leads there. */
  boolean speaksOfForm(Section section) {
    return form.filter(kind -> words.get(kind.wire()).equalsIgnoreCase(section.title()))
        .isPresent();
  }

  /** The address of a path from the root, where the site's own is known. */
  Optional<String> absolute(String path) {
    return url.map(base -> base.toString().replaceFirst("/+$", "") + path);
  }

  /** The root's path on its host, always with a slash at the end. */
  String rootPath() {
    return url.map(URI::getRawPath)
        .filter(p -> p.startsWith("/"))
        .orElse("/")
        .replaceFirst("/*$", "/");
  }
}
