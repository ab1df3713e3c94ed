package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.platform.Settings;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The nine tags of a site's resources, with what an operator says of four of them. */
final class AzureTags {
  /** Says whose a resource is. */
  static final String OWNER = "ExecutionID";

  private final Settings.ResourceTags settings;

  AzureTags(Settings.ResourceTags settings) {
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

  /** As Azure gives them: nothing at all where there are none. */
  static Map<String, String> read(@Nullable Map<String, String> there) {
    return there == null ? Map.of() : Map.copyOf(there);
  }

  /** Whether all of {@code wanted} are among {@code there}. */
  static boolean carries(@Nullable Map<String, String> there, Map<String, String> wanted) {
    return read(there).entrySet().containsAll(wanted.entrySet());
  }

  /** What is there, with what is wanted over it: tags of others are left alone. */
  static Map<String, String> merged(
      @Nullable Map<String, String> there, Map<String, String> wanted) {
    Map<String, String> merged = new TreeMap<>(read(there));
    merged.putAll(wanted);
    return merged;
  }
}
