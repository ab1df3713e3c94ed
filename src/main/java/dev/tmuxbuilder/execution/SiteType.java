package dev.tmuxbuilder.execution;

import java.util.Locale;

/** What kind of site: files alone, or a program that answers. */
public enum SiteType implements Named {
  STATIC,
  DYNAMIC;

  @Override
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
