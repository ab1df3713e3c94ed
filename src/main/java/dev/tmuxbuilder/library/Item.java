package dev.tmuxbuilder.library;

import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.SiteType;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * One skill or helper.
 *
 * @param path of its main file in its library, e.g. {@code skills/local/health-path/SKILL.md}
 * @param description when to use it, in a sentence or two
 * @param hosts that it is for
 * @param siteTypes that it is for
 * @param tags words of briefs that call for it
 * @param verbs of the product that it has the agent use
 * @param body its main file without front matter
 * @param files all of it, by path in a session's {@code .claude}
 * @param library where it comes from
 */
public record Item(
    ItemKind kind,
    String path,
    String group,
    String name,
    String description,
    Set<HostProvider> hosts,
    Set<SiteType> siteTypes,
    List<String> tags,
    List<String> verbs,
    String body,
    SortedMap<String, byte[]> files,
    Path library) {
  public Item {
    hosts = Set.copyOf(hosts);
    siteTypes = Set.copyOf(siteTypes);
    tags = List.copyOf(tags);
    verbs = List.copyOf(verbs);
  }

  /** What rules name it by: {@code skills/local/health-path}. */
  public String address() {
    return kind.folder() + "/" + group + "/" + name;
  }

  /** Unique in a library; a later library's item of the same key takes its place. */
  String key() {
    return kind.folder() + "/" + name;
  }

  boolean fits(Situation situation) {
    return hosts.contains(situation.host()) && siteTypes.contains(situation.siteType());
  }
}
