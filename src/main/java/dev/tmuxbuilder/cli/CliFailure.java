package dev.tmuxbuilder.cli;

import java.io.Serial;
import java.util.List;
import java.util.Optional;

/**
 * A command that could not do what was asked, said to a person: what went wrong, the details line
 * by line, and what to do about it.
 */
final class CliFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  static final int FAILED = 1;
  static final int BAD_USAGE = 2;

  private final int exitCode;
  private final int status;
  private final String code;
  private final List<String> details;
  private final String hint;

  CliFailure(int exitCode, String code, String message, List<String> details, String hint) {
    this(exitCode, 0, code, message, details, hint);
  }

  /**
   * @param status of the service's answer; 0 where it is not about one
   */
  CliFailure(
      int exitCode, int status, String code, String message, List<String> details, String hint) {
    super(message);
    this.exitCode = exitCode;
    this.status = status;
    this.code = code;
    this.details = List.copyOf(details);
    this.hint = hint;
  }

  /** The work failed. */
  static CliFailure failed(String code, String message, String hint) {
    return new CliFailure(FAILED, code, message, List.of(), hint);
  }

  /** The caller asked for something that cannot be asked for. */
  static CliFailure badUsage(String code, String message, String hint) {
    return new CliFailure(BAD_USAGE, code, message, List.of(), hint);
  }

  int exitCode() {
    return exitCode;
  }

  /** The HTTP status of the service's answer; 0 where there was none. */
  int status() {
    return status;
  }

  /** Stable, for machines. */
  String code() {
    return code;
  }

  List<String> details() {
    return details;
  }

  Optional<String> hint() {
    return hint.isBlank() ? Optional.empty() : Optional.of(hint);
  }

  String text() {
    return Optional.ofNullable(getMessage()).orElse(code);
  }
}
