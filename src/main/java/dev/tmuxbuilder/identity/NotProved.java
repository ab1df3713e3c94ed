package dev.tmuxbuilder.identity;

/** A voucher is not good: whoever sent it is nobody. */
public final class NotProved extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotProved(String why) {
    super(why, null, false, false);
  }
}
