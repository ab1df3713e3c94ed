package dev.tmuxbuilder.execution;

/** Somebody else owns the execution now: the holder must stop and may write nothing more. */
public final class LeaseLost extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LeaseLost(Lease lease) {
    super("lease " + lease.token() + " of " + lease.execution() + " was taken over");
  }
}
