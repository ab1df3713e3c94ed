package dev.tmuxbuilder.execution;

/**
 * The store cannot be asked now: it does not answer, refuses connections or has no room. What was
 * being done is neither done nor refused; a run goes on from its last committed step.
 */
public final class StoreAway extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreAway(Throwable cause) {
    super("the database is away: " + cause, cause);
  }
}
