package dev.tmuxbuilder.identity;

/** What proves somebody cannot be asked now: a provider's keys, or a check that others wait for. */
public final class Away extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Away(String whose, Throwable cause) {
    super("the keys of " + whose + " cannot be read", cause);
  }

  Away(String what) {
    super(what, null, false, false);
  }
}
