package dev.tmuxbuilder.execution;

import java.util.Locale;

/** The sizes in which a site is photographed. */
public enum Viewport implements Named {
  DESKTOP,
  PHONE,
  THUMBNAIL;

  @Override
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
