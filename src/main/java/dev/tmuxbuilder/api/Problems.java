package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.OverBudget;
import dev.tmuxbuilder.execution.OverQuota;
import dev.tmuxbuilder.execution.StoreAway;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.NotAcceptableException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;

/** From exceptions to answers. */
public final class Problems {
  private static final System.Logger LOG = System.getLogger(Problems.class.getName());

  private static final int RETRY_AFTER_SECONDS = 5;

  private Problems() {}

  static Response response(ApiException refused, String instance) {
    Response.ResponseBuilder builder =
        Response.status(refused.code().status())
            .type(Problem.MEDIA_TYPE)
            .header(HttpHeaders.CACHE_CONTROL, "no-store")
            .entity(body(refused, instance));
    refused.headers().forEach(builder::header);
    return builder.build();
  }

  static String body(ApiException refused, String instance) {
    ProblemCode code = refused.code();
    return Json.write(
        new Problem(
            "urn:tmux-builder:problem:" + code.wire(),
            code.title(),
            code.status(),
            refused.detail(),
            instance(code, instance),
            code.wire(),
            refused.errors()));
  }

  /** What is not there is not repeated: the answer is the same for every id. */
  private static String instance(ProblemCode code, String path) {
    if (code != ProblemCode.NOT_FOUND) {
      return path;
    }
    String[] parts = path.split("/", 4);
    return parts.length > 2 ? "/" + parts[1] + "/" + parts[2] : "/";
  }

  /** What went wrong, as callers are told; a fault is logged with the id that they are told. */
  public static ApiException of(Throwable failure) {
    return switch (failure) {
      case ApiException refused -> refused;
      case NotAllowedException ignored ->
          ApiException.of(
              ProblemCode.METHOD_NOT_ALLOWED, "See /q/openapi for what can be done here.");
      case NotSupportedException ignored ->
          ApiException.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json.");
      case NotAcceptableException ignored ->
          ApiException.of(
              ProblemCode.NOT_ACCEPTABLE, "See /q/openapi for the forms that are answered in.");
      case NotFoundException ignored -> ApiException.notFound();
      case UnauthorizedException ignored -> ApiException.unauthorized("Send a bearer token.");
      case WebApplicationException other when other.getResponse().getStatus() < 500 ->
          ApiException.fields(
              ProblemCode.INVALID_REQUEST, "The request cannot be understood.", List.of());
      case StoreAway away -> notNow(away);
      case OverBudget over -> overBudget(over);
      case OverQuota over -> overQuota(over);
      default -> fault(failure);
    };
  }

  private static ApiException overQuota(OverQuota over) {
    String words =
        switch (over.what()) {
          case SITES ->
              "Your tenant has %s and may have %,d. Nothing was made. Destroy a site"
                  + " (DELETE /api/executions/{execution_id}), or ask the operator for more.";
          case FILES ->
              "This site's brief and messages hold %s of files, and may hold %,d. The message"
                  + " was not taken. Send smaller files, or make a new site.";
          case STORAGE ->
              "The releases of your tenant's sites take %s and may take %,d. Nothing was"
                  + " started. Destroy a site, or ask the operator for more.";
          case AGENT_MINUTES ->
              "The agents of your tenant have worked %s in this month, and may work %,d."
                  + " Nothing was started. Ask the operator for more, or wait for the first day of"
                  + " the next month (UTC).";
        };
    return ApiException.of(ProblemCode.QUOTA_REACHED, words.formatted(used(over), over.most()));
  }

  private static String used(OverQuota over) {
    String one =
        switch (over.what()) {
          case SITES -> "site";
          case FILES, STORAGE -> "byte";
          case AGENT_MINUTES -> "minute";
        };
    return "%,d %s%s".formatted(over.used(), one, over.used() == 1 ? "" : "s");
  }

  private static ApiException overBudget(OverBudget over) {
    return ApiException.of(
        ProblemCode.BUDGET_REACHED,
        ("This month's cost will be %s %s by the sites that there are, and the budget is %s %s."
                + " Nothing was started. Destroy a site, or ask the operator for a larger budget.")
            .formatted(over.expected(), over.currency(), over.monthly(), over.currency()));
  }

  private static ApiException notNow(StoreAway away) {
    LOG.log(System.Logger.Level.WARNING, away.getMessage());
    return ApiException.overloaded(
        "The database cannot do it now. Try again; with the same Idempotency-Key nothing is"
            + " started twice.",
        RETRY_AFTER_SECONDS);
  }

  private static ApiException fault(Throwable failure) {
    String id = UUID.randomUUID().toString();
    LOG.log(System.Logger.Level.ERROR, "fault " + id, failure);
    return ApiException.of(
        ProblemCode.INTERNAL_ERROR,
        "Nothing is lost; try again, and if it stays tell the operator the fault's id: " + id);
  }
}
