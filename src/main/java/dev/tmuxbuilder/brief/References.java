package dev.tmuxbuilder.brief;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.node.Text;

/**
 * Leads every link of a brief to where it may go: to another site in normal form, to a place on
 * this one that exists, or nowhere, and then it is text.
 */
final class References {
  private final Map<String, String> places = new HashMap<>();

  /**
   * @param paths the path on the site of every heading that has one
   */
  References(Map<Node, String> anchors, Map<Node, String> paths) {
    paths.forEach(
        (heading, path) -> {
          places.putIfAbsent(anchors.getOrDefault(heading, ""), path);
        });
    paths.forEach(
        (heading, path) -> places.putIfAbsent(key(PlainText.of((Heading) heading)), path));
    for (String home : List.of("home", "index", "top", "start")) {
      places.putIfAbsent(home, "/");
    }
    places.remove("");
  }

  void settle(Node document) {
    for (org.commonmark.node.Link link : Walk.all(document, org.commonmark.node.Link.class)) {
      Optional<String> target =
          Targets.external(link.getDestination()).or(() -> internal(link.getDestination()));
      if (target.isEmpty()) {
        Cleaner.unwrap(link);
        continue;
      }
      link.setDestination(target.get());
      link.setTitle(null);
      if (PlainText.of(link).isEmpty()) {
        link.appendChild(new Text(target.get().replaceFirst("^[a-z]+:(//)?", "")));
      }
    }
  }

  private Optional<String> internal(String destination) {
    if (!Targets.isInternal(destination)) {
      return Optional.empty();
    }
    String bare = destination.strip();
    if (bare.equals("/") || bare.equals("./") || bare.equals("#")) {
      return Optional.of("/");
    }
    int hash = bare.indexOf('#');
    String anchor = hash < 0 ? "" : bare.substring(hash + 1);
    String path = hash < 0 ? bare : bare.substring(0, hash);
    return place(anchor).or(() -> place(path));
  }

  private Optional<String> place(String name) {
    return Optional.ofNullable(places.get(key(name)));
  }

  private static String key(String name) {
    String plain = name;
    try {
      plain = URLDecoder.decode(name, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      // a lone percent sign: the name is meant as it stands
    }
    String word = plain.replaceFirst("^[./]+", "").replaceFirst("(/index)?(\\.(html?|md))?/*$", "");
    String slug = Slugs.slug(word, 48);
    return slug.isEmpty()
        ? PlainText.collapse(word).toLowerCase(Locale.ROOT).replace(' ', '-')
        : slug;
  }
}
