package dev.tmuxbuilder.execution;

/** What was made may be published only when somebody has said yes. */
final class AwaitsApproval extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AwaitsApproval() {
    super("nobody has said yes", null, false, false);
  }
}
