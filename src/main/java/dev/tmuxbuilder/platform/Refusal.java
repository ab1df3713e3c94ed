package dev.tmuxbuilder.platform;

import org.jspecify.annotations.Nullable;

/** Why the service does not start, and what to do about it. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String hint;

  public Refusal(String message, String hint) {
    this(message, hint, null);
  }

  public Refusal(String message, String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.hint = hint;
  }

  public String hint() {
    return hint;
  }
}
