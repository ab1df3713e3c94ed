package dev.tmuxbuilder.execution;

import org.jspecify.annotations.Nullable;

/**
 * How a port says that its part of a step did not work. Anything else that a port throws counts as
 * a fault of the service itself.
 */
public class StepFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ErrorInfo info;

  protected StepFailure(ErrorInfo info, @Nullable Throwable cause) {
    super(info.message(), cause);
    this.info = info;
  }

  /** The same again may succeed: the step is tried again, a bounded number of times. */
  public static StepFailure retryable(String stage, String code, String message, String hint) {
    return new StepFailure(new ErrorInfo(null, stage, code, message, true, hint), null);
  }

  /** The same again would fail again. */
  public static StepFailure permanent(String stage, String code, String message, String hint) {
    return new StepFailure(new ErrorInfo(null, stage, code, message, false, hint), null);
  }

  public static StepFailure of(ErrorInfo info) {
    return new StepFailure(info, null);
  }

  public StepFailure causedBy(Throwable cause) {
    return new StepFailure(info, cause);
  }

  public ErrorInfo info() {
    return info;
  }
}
