package dev.tmuxbuilder.identity;

/** The provider's keys cannot be read now, so nothing of its can be proved. */
public final class Away extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Away(String whose, Throwable cause) {
    super("the keys of " + whose + " cannot be read", cause);
  }
}
