package dev.tmuxbuilder.api;

import java.util.Locale;

/** Everything that can be wrong with a request, with its status and its title. */
public enum ProblemCode {
  MALFORMED_JSON(400, "The body is not the JSON that is expected"),
  INVALID_REQUEST(400, "Some fields are not right"),
  UNAUTHORIZED(401, "Who are you?"),
  FORBIDDEN(403, "This is not yours to do"),
  NOT_FOUND(404, "There is no such thing"),
  REMOVED_BY_RETENTION(404, "It was there, and was removed by retention"),
  METHOD_NOT_ALLOWED(405, "This cannot be done here"),
  NOT_ACCEPTABLE(406, "This cannot be answered in that form"),
  CONFLICT(409, "The state does not allow it"),
  BUDGET_REACHED(409, "The budget for this month is used up"),
  QUOTA_REACHED(409, "There is as much as there may be"),
  PAYLOAD_TOO_LARGE(413, "The body is too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "The body must be JSON"),
  KEY_REUSED(422, "The key was used for another request"),
  NOT_CONFIGURED(422, "A setting is missing"),
  PERMISSION_MISSING(422, "This server lacks rights on the host"),
  NO_ENVIRONMENT(422, "This site takes no variables"),
  AGENT_CANNOT_CHAT(422, "This agent does not take messages"),
  TOO_MANY_REQUESTS(429, "Too many requests"),
  UNAVAILABLE(503, "Not now"),
  HOST_UNAVAILABLE(503, "The host of the site cannot be asked"),
  INTERNAL_ERROR(500, "The service itself failed");

  private final int status;
  private final String title;

  ProblemCode(int status, String title) {
    this.status = status;
    this.title = title;
  }

  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
