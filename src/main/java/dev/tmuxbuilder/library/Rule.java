package dev.tmuxbuilder.library;

import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.SiteType;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which items a kind of session is given.
 *
 * @param why in words for whoever reads why an item is there
 * @param priority of two rules that name an item the higher one counts
 * @param words of which the brief must hold one; none: every brief will do
 * @param include globs over addresses, e.g. {@code skills/local/*}
 * @param exclude globs of what neither this rule nor one of lower priority gives
 * @param byRelevance whether these are given only as far as they bear on the brief
 */
public record Rule(
    String id,
    String why,
    int priority,
    Set<HostProvider> hosts,
    Set<SiteType> siteTypes,
    Set<AgentKind> agents,
    List<String> words,
    List<String> include,
    List<String> exclude,
    boolean byRelevance) {
  public Rule {
    hosts = Set.copyOf(hosts);
    siteTypes = Set.copyOf(siteTypes);
    agents = Set.copyOf(agents);
    words = List.copyOf(words);
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  boolean matches(Situation situation) {
    return hosts.contains(situation.host())
        && siteTypes.contains(situation.siteType())
        && agents.contains(situation.agent())
        && (words.isEmpty() || words.stream().anyMatch(word -> holds(situation.brief(), word)));
  }

  private static boolean holds(String brief, String word) {
    String whole = "(?<![\\p{L}\\p{N}])" + Pattern.quote(word.toLowerCase(Locale.ROOT));
    return Pattern.compile(whole + "(?![\\p{L}\\p{N}])")
        .matcher(brief.toLowerCase(Locale.ROOT))
        .find();
  }

  boolean excludes(Item item) {
    return exclude.stream().anyMatch(glob -> names(glob, item));
  }

  boolean includes(Item item) {
    return include.stream().anyMatch(glob -> names(glob, item));
  }

  static boolean names(String glob, Item item) {
    return FileSystems.getDefault().getPathMatcher("glob:" + glob).matches(Path.of(item.address()));
  }
}
