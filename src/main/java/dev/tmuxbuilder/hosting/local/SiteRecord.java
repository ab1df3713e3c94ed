package dev.tmuxbuilder.hosting.local;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.tmuxbuilder.execution.Named;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.hosting.Site;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code site.json}: what has to be known of a site to serve it again after a restart.
 *
 * @param siteType the wire name of a {@link SiteType}
 * @param logs absolute path of the directory for what the site's process prints
 * @param state absolute path of the directory that the site's process may write to
 * @param created ISO-8601, UTC
 */
@RegisterForReflection
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record SiteRecord(
    String name,
    String executionId,
    String siteType,
    String logs,
    String state,
    String created,
    Map<String, String> tags) {

  SiteRecord {
    tags = Map.copyOf(tags);
  }

  static SiteRecord of(Site site, Instant created) {
    return new SiteRecord(
        site.name(),
        site.execution().toString(),
        site.type().wire(),
        site.logs().toAbsolutePath().toString(),
        site.state().toAbsolutePath().toString(),
        created.toString(),
        site.tags());
  }

  /** The same site as it is described now; its birthday stays. */
  SiteRecord updated(Site site) {
    return of(site, Instant.parse(created));
  }

  SiteRecord withTags(Map<String, String> newTags) {
    return new SiteRecord(
        name, executionId, siteType, logs, state, created, new TreeMap<>(newTags));
  }

  SiteType type() {
    return Named.of(SiteType.class, siteType);
  }

  Path logsDirectory() {
    return Path.of(logs);
  }

  Path stateDirectory() {
    return Path.of(state);
  }
}
