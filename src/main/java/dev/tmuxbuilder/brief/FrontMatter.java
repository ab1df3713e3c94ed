package dev.tmuxbuilder.brief;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.commonmark.ext.front.matter.YamlFrontMatterExtension;
import org.commonmark.ext.front.matter.YamlFrontMatterVisitor;
import org.commonmark.parser.Parser;

/**
 * The keys and values above a brief, and the brief without them.
 *
 * <p>What opens with {@code ---} and a line {@code key: value} is front matter, also where its end
 * is missing: then it ends before the first line that is nothing of the kind, so that no text of
 * the brief is lost.
 */
record FrontMatter(Map<String, String> values, String body) {
  private static final int MOST_LINES = 100;
  private static final Pattern KEY = Pattern.compile("[A-Za-z][A-Za-z0-9_. -]{0,39}:(\\s.*)?");
  private static final Pattern INNER = Pattern.compile("\\s*|\\s*#.*|\\s+\\S.*|-\\s.*");
  private static final Parser PARSER =
      Parser.builder().extensions(List.of(YamlFrontMatterExtension.create())).build();

  static FrontMatter read(String text) {
    String[] lines = text.split("\n", MOST_LINES + 2);
    if (!lines[0].stripTrailing().equals("---")
        || lines.length < 2
        || !KEY.matcher(lines[1]).matches()) {
      return new FrontMatter(Map.of(), text);
    }
    int end = 1;
    int last = Math.min(lines.length, MOST_LINES);
    while (end < last && inside(lines[end])) {
      end++;
    }
    boolean closed = end < lines.length && isFence(lines[end]);
    if (!closed) {
      end = 1;
      while (end < last && KEY.matcher(lines[end]).matches()) {
        end++;
      }
    }
    String block = String.join("\n", List.of(lines).subList(1, end));
    int from = closed ? end + 1 : end;
    String body =
        String.join("\n", List.of(lines).subList(Math.min(from, lines.length), lines.length));
    return new FrontMatter(parse(block), body);
  }

  Optional<String> value(String key) {
    return Optional.ofNullable(values.get(key)).filter(value -> !value.isBlank());
  }

  private static boolean inside(String line) {
    return !isFence(line) && (KEY.matcher(line).matches() || INNER.matcher(line).matches());
  }

  private static boolean isFence(String line) {
    String bare = line.stripTrailing();
    return bare.equals("---") || bare.equals("...");
  }

  private static Map<String, String> parse(String block) {
    YamlFrontMatterVisitor visitor = new YamlFrontMatterVisitor();
    PARSER.parse("---\n" + block + "\n---\n").accept(visitor);
    Map<String, String> values = new LinkedHashMap<>();
    visitor
        .getData()
        .forEach(
            (key, list) ->
                values.put(
                    key.toLowerCase(Locale.ROOT), PlainText.collapse(String.join(" ", list))));
    return Map.copyOf(values);
  }
}
