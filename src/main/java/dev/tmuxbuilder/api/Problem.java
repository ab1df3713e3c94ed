package dev.tmuxbuilder.api;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What is wrong with a request, as RFC 9457 has it. */
@Schema(description = "What is wrong with a request (RFC 9457)")
record Problem(
    String type,
    String title,
    int status,
    @Schema(description = "What is wrong, and what to do about it") String detail,
    String instance,
    @Schema(
            description = "Stable, for programs",
            enumeration = {
              "malformed_json",
              "invalid_request",
              "unauthorized",
              "not_found",
              "method_not_allowed",
              "not_acceptable",
              "conflict",
              "payload_too_large",
              "unsupported_media_type",
              "key_reused",
              "not_configured",
              "agent_cannot_chat",
              "too_many_requests",
              "internal_error"
            })
        String code,
    @Schema(description = "Each field that is not right") List<FieldError> errors) {

  static final String MEDIA_TYPE = "application/problem+json";

  /** One field that is not right. */
  record FieldError(String field, String message) {}
}
