package dev.tmuxbuilder.platform;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Takes what must not be told out of texts: values that are known, also where they are escaped for
 * JSON, encoded for an address or as Base64, and whatever stands as the value of a name that is
 * known.
 */
public final class Redaction implements UnaryOperator<String> {
  public static final String MARK = "[redacted]";
  public static final Redaction NONE = new Redaction(Set.of(), Set.of());

  /** What is shorter stands in many a text by chance; it is found by its name. */
  private static final int SHORTEST = 6;

  private final Set<String> forms;
  private final List<String> longestFirst;
  private final Optional<Pattern> named;

  private Redaction(Set<String> forms, Set<String> names) {
    this.forms = forms;
    this.longestFirst =
        forms.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
    this.named = names.isEmpty() ? Optional.empty() : Optional.of(named(names));
  }

  private static Pattern named(Set<String> names) {
    String any = names.stream().map(Pattern::quote).collect(Collectors.joining("|"));
    return Pattern.compile(
        "(?<![A-Za-z0-9_])((?:" + any + ")[\"']?\\s*[=:]\\s*[\"']?)[^\\s\"',;&}]+");
  }

  /**
   * @param secrets values by their names
   */
  public static Redaction of(Map<String, String> secrets) {
    return secrets.isEmpty() ? NONE : new Redaction(forms(secrets.values()), secrets.keySet());
  }

  /** By value alone. */
  public static Redaction ofValues(Collection<String> values) {
    return values.isEmpty() ? NONE : new Redaction(forms(values), Set.of());
  }

  /** For texts that are bytes read as ISO 8859-1, as a program prints them. */
  public static Redaction ofBytes(Map<String, String> secrets) {
    return of(
        secrets.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    secret ->
                        new String(
                            secret.getValue().getBytes(StandardCharsets.UTF_8),
                            StandardCharsets.ISO_8859_1))));
  }

  private static Set<String> forms(Collection<String> values) {
    return values.stream()
        .flatMap(value -> Stream.concat(Stream.of(value), value.lines().map(String::strip)))
        .flatMap(Redaction::forms)
        .filter(form -> form.length() >= SHORTEST)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Stream<String> forms(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return text.length() < SHORTEST
        ? Stream.empty()
        : Stream.of(
            text,
            text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"),
            URLEncoder.encode(text, StandardCharsets.UTF_8),
            Base64.getEncoder().withoutPadding().encodeToString(bytes),
            Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** By value, also for the other's values. */
  public Redaction andValuesOf(Redaction other) {
    if (forms.containsAll(other.forms)) {
      return this;
    }
    Set<String> all = new TreeSet<>(forms);
    all.addAll(other.forms);
    return new Redaction(all, Set.of());
  }

  @Override
  public String apply(String text) {
    String told = text;
    for (String form : longestFirst) {
      told = told.replace(form, MARK);
    }
    return named.isEmpty()
        ? told
        : named
            .get()
            .matcher(told)
            .replaceAll(found -> Matcher.quoteReplacement(found.group(1) + MARK));
  }
}
