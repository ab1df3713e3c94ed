package dev.tmuxbuilder.api;

import java.util.List;
import java.util.Map;

/** A request that is refused. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ProblemCode code;
  private final String detail;
  private final transient List<Problem.FieldError> errors;
  private final transient Map<String, String> headers;

  private ApiException(
      ProblemCode code,
      String detail,
      List<Problem.FieldError> errors,
      Map<String, String> headers) {
    super(detail, null, false, false);
    this.code = code;
    this.detail = detail;
    this.errors = List.copyOf(errors);
    this.headers = Map.copyOf(headers);
  }

  public static ApiException of(ProblemCode code, String detail) {
    return new ApiException(code, detail, List.of(), Map.of());
  }

  static ApiException fields(ProblemCode code, String detail, List<Problem.FieldError> errors) {
    return new ApiException(code, detail, errors, Map.of());
  }

  static ApiException unauthorized(String detail) {
    return unauthorized(detail, "Bearer");
  }

  /**
   * @param challenge what would prove the caller, as RFC 9110 has it
   */
  static ApiException unauthorized(String detail, String challenge) {
    return new ApiException(
        ProblemCode.UNAUTHORIZED, detail, List.of(), Map.of("WWW-Authenticate", challenge));
  }

  static ApiException tooMany(String detail, int retryAfterSeconds) {
    return new ApiException(
        ProblemCode.TOO_MANY_REQUESTS,
        detail,
        List.of(),
        Map.of("Retry-After", Integer.toString(retryAfterSeconds)));
  }

  /** This service cannot do it now, and will again. */
  static ApiException overloaded(String detail, int retryAfterSeconds) {
    return new ApiException(
        ProblemCode.UNAVAILABLE,
        detail,
        List.of(),
        Map.of("Retry-After", Integer.toString(retryAfterSeconds)));
  }

  /** Somebody that this service asks does not answer as it should. */
  static ApiException unavailable(String detail, int retryAfterSeconds) {
    return new ApiException(
        ProblemCode.HOST_UNAVAILABLE,
        detail,
        List.of(),
        Map.of("Retry-After", Integer.toString(retryAfterSeconds)));
  }

  /** The same words for what is not there and for what is not the caller's. */
  public static ApiException notFound() {
    return of(
        ProblemCode.NOT_FOUND,
        "Nothing is known under this name to the bearer of this token. Look at the id again.");
  }

  public ProblemCode code() {
    return code;
  }

  public String detail() {
    return detail;
  }

  List<Problem.FieldError> errors() {
    return errors;
  }

  Map<String, String> headers() {
    return headers;
  }
}
