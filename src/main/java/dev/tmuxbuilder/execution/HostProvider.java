package dev.tmuxbuilder.execution;

import java.util.Locale;

/** Where a site is served. */
public enum HostProvider implements Named {
  LOCAL,
  AWS,
  AZURE;

  @Override
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
