package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.platform.Settings;
import java.util.Map;
import java.util.TreeMap;

/** The nine tags of a site's resources, with what an operator says of four of them. */
final class AwsTags {
  /** Says whose a resource is. */
  static final String OWNER = "ExecutionID";

  private final Settings.ResourceTags settings;

  AwsTags(Settings.ResourceTags settings) {
    this.settings = settings;
  }

  /** Sorted by name. */
  Map<String, String> of(Site site) {
    Map<String, String> tags = new TreeMap<>(site.tags());
    tags.put("Project", settings.project());
    tags.put("Environment", settings.environment());
    tags.put("CreatedBy", settings.createdBy());
    tags.put("CostCenter", settings.costCenter());
    return tags;
  }

  /** Whether all of {@code wanted} are among {@code there}. */
  static boolean carries(Map<String, String> there, Map<String, String> wanted) {
    return there.entrySet().containsAll(wanted.entrySet());
  }

  /** What is there, with what is wanted over it: tags of others are left alone. */
  static Map<String, String> merged(Map<String, String> there, Map<String, String> wanted) {
    Map<String, String> merged = new TreeMap<>(there);
    merged.putAll(wanted);
    return merged;
  }
}
