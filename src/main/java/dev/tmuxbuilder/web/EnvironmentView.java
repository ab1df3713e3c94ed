package dev.tmuxbuilder.web;

import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.secrets.SiteEnvironments;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the program of a site is given as environment variables: their names, never a value.
 *
 * @param refusal the text that says why none can be set; null where some can
 * @param changes whether who looks may set and remove them
 */
public record EnvironmentView(@Nullable String refusal, boolean changes, List<Variable> variables) {
  /** A variable without its value. */
  public record Variable(String name, Instant setAt, String setBy) {}

  static EnvironmentView of(SiteView site, boolean mayChange, SiteEnvironments.Names names) {
    return new EnvironmentView(
        refusal(site),
        mayChange,
        names.variables().stream()
            .map(one -> new Variable(one.name(), one.setAt(), one.setBy()))
            .toList());
  }

  private static @Nullable String refusal(SiteView site) {
    if (site.destroyed()) {
      return "environmentDestroyed";
    }
    if (site.type().equals(SiteType.STATIC.wire())) {
      return "environmentStatic";
    }
    return site.host().equals(HostProvider.LOCAL.wire()) ? null : "environmentElsewhere";
  }

  /** Whether a form to set some is of use to who looks. */
  public boolean takes() {
    return refusal == null && changes;
  }
}
