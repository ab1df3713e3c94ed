package dev.tmuxbuilder.agent.starter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A piece of HTML that is put together as values and never as text: whatever comes in as a string
 * is escaped, so that what a brief says cannot become markup.
 */
sealed interface Html {
  Set<String> VOID = Set.of("br", "hr", "img", "input", "link", "meta");

  void writeTo(StringBuilder out);

  /** An element; attributes and content are added to it. */
  static Element el(String name, Html... content) {
    return new Element(name).add(content);
  }

  /** An element that holds words alone. */
  static Element el(String name, String words) {
    return new Element(name).add(text(words));
  }

  static Html text(String words) {
    return new Words(words);
  }

  static Html all(List<? extends Html> parts) {
    return new Many(List.copyOf(parts));
  }

  static Html none() {
    return new Many(List.of());
  }

  /**
   * Markup that is safe already: made by the sanitiser or drawn by this package, never put together
   * from a brief's text.
   */
  static Html trusted(String markup) {
    return new Trusted(markup);
  }

  default String render() {
    StringBuilder out = new StringBuilder();
    writeTo(out);
    return out.toString();
  }

  static void escape(String text, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        // no template language that looks at the page later finds its brackets
        case '{' -> out.append("&#123;");
        case '}' -> out.append("&#125;");
        default -> out.append(c);
      }
    }
  }

  /** Text. */
  record Words(String words) implements Html {
    @Override
    public void writeTo(StringBuilder out) {
      escape(words, out);
    }
  }

  /** Safe markup. */
  record Trusted(String markup) implements Html {
    @Override
    public void writeTo(StringBuilder out) {
      out.append(markup);
    }
  }

  /** One after the other. */
  record Many(List<? extends Html> parts) implements Html {
    @Override
    public void writeTo(StringBuilder out) {
      parts.forEach(part -> part.writeTo(out));
    }
  }

  /** An element; its names come from this package's code alone. */
  final class Element implements Html {
    private final String name;
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private final List<Html> content = new ArrayList<>();

    private Element(String name) {
      this.name = name;
    }

    Element attr(String attribute, String value) {
      attributes.put(attribute, value);
      return this;
    }

    Element flag(String attribute) {
      return attr(attribute, "");
    }

    Element cls(String names) {
      return attr("class", names);
    }

    Element add(Html... more) {
      content.addAll(List.of(more));
      return this;
    }

    Element add(List<? extends Html> more) {
      content.addAll(more);
      return this;
    }

    @Override
    public void writeTo(StringBuilder out) {
      out.append('<').append(name);
      attributes.forEach(
          (attribute, value) -> {
            out.append(' ').append(attribute);
            if (!value.isEmpty() || attribute.equals("alt") || attribute.equals("value")) {
              out.append("=\"");
              escape(value, out);
              out.append('"');
            }
          });
      out.append('>');
      if (!VOID.contains(name)) {
        content.forEach(part -> part.writeTo(out));
        out.append("</").append(name).append('>');
      }
    }
  }
}
