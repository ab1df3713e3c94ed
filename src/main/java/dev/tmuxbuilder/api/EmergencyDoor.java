package dev.tmuxbuilder.api;

import dev.tmuxbuilder.identity.Emergency;
import dev.tmuxbuilder.tenancy.Audit;
import dev.tmuxbuilder.tenancy.Caller;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;

/**
 * The operator's way in by HTTP Basic (RFC 7617), where it is on. Each use is a line in the
 * operators' audit before it is answered, and a warning in the log; where that line cannot be
 * written, nobody gets in.
 */
@ApplicationScoped
class EmergencyDoor {
  private static final System.Logger LOG = System.getLogger(EmergencyDoor.class.getName());
  private static final String SCHEME = "Basic ";
  private static final String CHALLENGE = "Basic realm=\"tmux-builder\", charset=\"UTF-8\"";
  private static final int LONGEST_TARGET = 300;

  private final Emergency emergency;
  private final Audit audit;
  private final Clock clock;

  EmergencyDoor(Emergency emergency, Audit audit, Clock clock) {
    this.emergency = emergency;
    this.audit = audit;
    this.clock = clock;
  }

  private record Credentials(String user, String password) {}

  /** Whether somebody wants in by it, and it is there. */
  boolean isMeant(String authorization) {
    return emergency.isOn() && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  /** Says that the caller is nobody, and offers this way in where it is there. */
  ApiException unauthorized(String detail) {
    return emergency.isOn()
        ? ApiException.unauthorized(detail, CHALLENGE)
        : ApiException.unauthorized(detail);
  }

  /**
   * The operator, where name and password are right; fails otherwise.
   *
   * @throws ApiException where a page of another site may have made the request: a browser sends
   *     the password along by itself
   */
  Uni<Caller> enter(
      ContainerRequestContext request, String authorization, HttpServerRequest connection) {
    SessionCookie.refuseForgeryByAPage(request);
    return credentials(authorization)
        .map(sent -> emergency.opens(sent.user(), sent.password()))
        .orElseGet(() -> Uni.createFrom().item(false))
        .chain(open -> open ? letIn(request, connection) : refuse(request, connection));
  }

  private Uni<Caller> letIn(ContainerRequestContext request, HttpServerRequest connection) {
    Caller operator = new Caller.Operator();
    return note(request, connection, operator, 200).replaceWith(operator);
  }

  private Uni<Caller> refuse(ContainerRequestContext request, HttpServerRequest connection) {
    return note(request, connection, new Caller.Anonymous(), ProblemCode.UNAUTHORIZED.status())
        .onFailure()
        .invoke(lost -> LOG.log(System.Logger.Level.ERROR, "a line of the audit is lost", lost))
        .onFailure()
        .recoverWithNull()
        .chain(
            () ->
                Uni.createFrom()
                    .failure(unauthorized("This is not the emergency's name and password.")));
  }

  private Uni<Void> note(
      ContainerRequestContext request, HttpServerRequest connection, Caller caller, int outcome) {
    String path = request.getUriInfo().getRequestUri().getRawPath();
    String target = path.length() <= LONGEST_TARGET ? path : path.substring(0, LONGEST_TARGET);
    String address =
        connection.remoteAddress() == null ? "" : connection.remoteAddress().hostAddress();
    LOG.log(
        System.Logger.Level.WARNING,
        "emergency sign-in from {0} {1}: {2} {3}",
        address,
        outcome == 200 ? "let in" : "refused",
        request.getMethod(),
        target);
    return audit.noteOperators(
        new Audit.Entry(
            clock.instant(),
            caller.name(),
            address,
            "EMERGENCY " + request.getMethod(),
            target,
            outcome));
  }

  /** Empty where the header is not as RFC 7617 has it. */
  private static Optional<Credentials> credentials(String authorization) {
    try {
      byte[] pair = Base64.getDecoder().decode(authorization.substring(SCHEME.length()).strip());
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(pair)).toString();
      int colon = text.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(new Credentials(text.substring(0, colon), text.substring(colon + 1)));
    } catch (IllegalArgumentException | CharacterCodingException broken) {
      return Optional.empty();
    }
  }
}
