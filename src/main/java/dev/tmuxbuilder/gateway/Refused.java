package dev.tmuxbuilder.gateway;

/** Why a call is not passed on, or its answer not passed back. */
enum Refused {
  UNAUTHORIZED(401, "authentication_error", "invalid_api_key"),
  NOT_FOUND(404, "not_found_error", "not_found"),
  NO_SUCH_MODEL(404, "not_found_error", "model_not_found"),
  NOT_SET_UP(503, "api_error", "not_set_up"),
  TOO_LARGE(413, "request_too_large", "request_too_large"),
  MALFORMED(400, "invalid_request_error", "invalid_request"),
  TOO_OFTEN(429, "rate_limit_error", "rate_limit_exceeded"),
  BUDGET_SPENT(402, "billing_error", "insufficient_quota"),
  KEY_REFUSED(401, "authentication_error", "provider_refused_key"),
  UNREACHABLE(502, "api_error", "provider_unreachable"),
  UNAVAILABLE(503, "api_error", "unavailable");

  private final int status;
  private final String type;
  private final String code;

  Refused(int status, String type, String code) {
    this.status = status;
    this.type = type;
    this.code = code;
  }

  int status() {
    return status;
  }

  /** In Anthropic's terms. */
  String type() {
    return type;
  }

  /** In OpenAI's terms. */
  String code() {
    return code;
  }

  String message() {
    return switch (this) {
      case UNAUTHORIZED -> "This session's token is not known, has ended, or no run goes on.";
      case NOT_FOUND -> "The gateway has nothing at this address.";
      case NO_SUCH_MODEL ->
          "The operator has not said what Bedrock calls this model:"
              + " TMUXBUILDER_GATEWAY_BEDROCK_MODELS.";
      case NOT_SET_UP -> "The operator has not set this provider up.";
      case TOO_LARGE -> "This call is larger than the gateway takes.";
      case MALFORMED -> "The body of this call is no JSON object.";
      case TOO_OFTEN -> "This session calls too often. Wait a little.";
      case BUDGET_SPENT -> "Budget spent: nothing more may be used until it is raised.";
      case KEY_REFUSED ->
          "The provider refuses the service's own key. The operator must see to it.";
      case UNREACHABLE -> "The provider cannot be reached.";
      case UNAVAILABLE -> "The gateway cannot look up its budgets now.";
    };
  }
}
