package dev.tmuxbuilder.hosting.azure;

import com.azure.resourcemanager.cdn.fluent.models.RouteInner;
import com.azure.resourcemanager.cdn.models.ResourceReference;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a route leads to, and by which rules: it changes as a whole, so a visitor is shown one
 * release or the other.
 */
record Way(String originPath, List<ResourceReference> ruleSets) {
  /** Where rules say in which part of the account something is. */
  private static final String BY_RULES = "/";

  /** Before the first release is live. */
  static Way nowhere(AzureIds ids) {
    return new Way(EdgeConfig.NOTHING, sets(ids, EdgeConfig.RULE_SET));
  }

  /** To a release's part of the account or, where it is not whole, to what its rules say. */
  static Way to(AzureIds ids, Manifest release) {
    return to(ids, release.artifactSha256(), release.whole());
  }

  /** To where it leads already, with the headers that every answer has. */
  static Way of(AzureIds ids, RouteInner there) {
    String release = live(there);
    return release.isEmpty()
        ? nowhere(ids)
        : to(ids, release, !BY_RULES.equals(there.originPath()));
  }

  private static Way to(AzureIds ids, String release, boolean whole) {
    return whole
        ? new Way(Keys.path(release), sets(ids, EdgeConfig.RULE_SET))
        : new Way(BY_RULES, sets(ids, EdgeConfig.RULE_SET, Rewrites.set(release)));
  }

  private static List<ResourceReference> sets(AzureIds ids, String... names) {
    return Stream.of(names).map(name -> new ResourceReference().withId(ids.ruleSet(name))).toList();
  }

  /** The release that a route leads to; empty where it leads to none. */
  static String live(RouteInner route) {
    if (route.originPath() == null) {
      return "";
    }
    if (!route.originPath().equals(BY_RULES)) {
      return Keys.release(route.originPath());
    }
    return route.ruleSets() == null
        ? ""
        : route.ruleSets().stream()
            .map(set -> set.id().substring(set.id().lastIndexOf('/') + 1))
            .flatMap(name -> Rewrites.release(name).stream())
            .findFirst()
            .orElse("");
  }
}
