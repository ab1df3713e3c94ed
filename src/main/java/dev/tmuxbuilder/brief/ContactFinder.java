package dev.tmuxbuilder.brief;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.BlockQuote;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;

/** Reads from a brief how its people are reached. */
final class ContactFinder {
  private static final int LONGEST_LINE = 2000;
  private static final Pattern EMAIL =
      Pattern.compile(
          "(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}+@[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63}){1,4}");
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}])(?:\\+|00|0|\\()[0-9][0-9 ()/.\\-\u2011\u00a0]{5,22}[0-9]");
  private static final Pattern LABELLED_NUMBER =
      Pattern.compile(
          "(?iu)(?:tel|phone|telefon|téléphone|teléfono|telefono|telefone|call|ring|電話|☎|📞|هاتف|تلفن)"
              + "[^0-9+(]{0,24}(\\+?[0-9(][0-9 ()/.\\-\u2011\u00a0]{5,22}[0-9])");
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?iu)^(?:address|visit us|find us|where|adresse|anschrift|dirección|indirizzo|endereço|"
              + "adres|adress|住所|所在地|地址|العنوان|عنوان|адрес)\\s*[:：]\\s*(\\S.{4,160})$");

  private ContactFinder() {}

  static Contact find(Node document, FrontMatter front) {
    List<String> lines = lines(document);
    return new Contact(
        front
            .value("email")
            .filter(e -> EMAIL.matcher(e).matches())
            .or(() -> linked(document, "mailto:"))
            .or(() -> first(lines, EMAIL, 0)),
        front
            .value("phone")
            .filter(ContactFinder::dialable)
            .or(() -> first(lines, LABELLED_NUMBER, 1))
            .or(() -> first(lines, NUMBER, 0))
            .or(() -> linked(document, "tel:")),
        front.value("address").or(() -> first(lines, ADDRESS, 1)));
  }

  private static Optional<String> linked(Node document, String scheme) {
    return Walk.all(document, org.commonmark.node.Link.class).stream()
        .map(org.commonmark.node.Link::getDestination)
        .flatMap(destination -> Targets.external(destination).stream())
        .filter(target -> target.startsWith(scheme))
        .map(target -> target.substring(scheme.length()).replaceFirst("\\?.*", ""))
        .filter(address -> !address.contains("%"))
        .findFirst();
  }

  private static List<String> lines(Node document) {
    return Walk.all(document, Node.class).stream()
        .filter(
            node ->
                node instanceof Paragraph
                    || node instanceof Heading
                    || node instanceof org.commonmark.ext.gfm.tables.TableRow)
        .filter(node -> !(node.getParent() instanceof BlockQuote))
        .map(PlainText::of)
        .filter(line -> line.length() <= LONGEST_LINE)
        .toList();
  }

  private static Optional<String> first(List<String> lines, Pattern pattern, int group) {
    for (String line : lines) {
      Matcher matcher = pattern.matcher(line);
      while (matcher.find()) {
        String found = matcher.group(group).strip();
        if (pattern == EMAIL || pattern == ADDRESS || dialable(found)) {
          return Optional.of(found);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean dialable(String number) {
    return Targets.dialled(number).matches("\\+?[0-9]{7,15}")
        && !number.matches("[0-9]{4}.[0-9]{4}");
  }
}
