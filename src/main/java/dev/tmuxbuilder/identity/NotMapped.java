package dev.tmuxbuilder.identity;

/** Somebody is known to the provider, and has no place here. */
public final class NotMapped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String why;

  NotMapped(String why) {
    super(why, null, false, false);
    this.why = why;
  }

  /** What the person is told. */
  public String why() {
    return why;
  }
}
