package dev.tmuxbuilder.execution;

/** How much a log line matters. */
public enum Level implements Named {
  DEBUG,
  INFO,
  WARN,
  ERROR;

  @Override
  public String wire() {
    return name();
  }
}
