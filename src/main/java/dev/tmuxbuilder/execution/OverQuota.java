package dev.tmuxbuilder.execution;

/** A tenant has as much as it may have. */
public final class OverQuota extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What there may be no more of. */
  public enum What {
    SITES,
    STORAGE,
    FILES,
    AGENT_MINUTES
  }

  private final What what;
  private final long used;
  private final long most;

  public OverQuota(What what, long used, long most) {
    super("over quota", null, false, false);
    this.what = what;
    this.used = used;
    this.most = most;
  }

  public What what() {
    return what;
  }

  /** Sites, bytes, or minutes. */
  public long used() {
    return used;
  }

  /** Sites, bytes, or minutes. */
  public long most() {
    return most;
  }
}
