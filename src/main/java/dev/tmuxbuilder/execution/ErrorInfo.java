package dev.tmuxbuilder.execution;

import org.jspecify.annotations.Nullable;

/**
 * What broke, in words that its reader can act on.
 *
 * @param step the step's wire name, where it was in one
 * @param stage the part of the step, where it was in one
 * @param code stable, for programs
 * @param message one sentence, for people
 * @param retryable whether the same again may succeed
 * @param hint what to do about it
 */
public record ErrorInfo(
    @Nullable String step,
    @Nullable String stage,
    String code,
    String message,
    boolean retryable,
    @Nullable String hint) {

  public ErrorInfo at(StepName where) {
    return new ErrorInfo(where.wire(), stage, code, message, retryable, hint);
  }
}
