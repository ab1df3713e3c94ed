package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.tenancy.Audit;
import dev.tmuxbuilder.tenancy.Caller;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Writes down every call that changes something, and every one that was forbidden, before it is
 * answered: in the tenant where it was at work, else in its caller's own; what operators do outside
 * of any tenant is in a chain of its own.
 */
class AuditTrail {
  private static final System.Logger LOG = System.getLogger(AuditTrail.class.getName());
  private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");
  private static final int LONGEST_TARGET = 300;

  private final Audit audit;
  private final Clock clock;

  AuditTrail(Audit audit, Clock clock) {
    this.audit = audit;
    this.clock = clock;
  }

  @ServerResponseFilter
  public Uni<Void> note(
      ContainerRequestContext request,
      ContainerResponseContext response,
      HttpServerRequest connection) {
    Optional<TenantId> tenant = tenant(request);
    boolean worthALine =
        !READS.contains(request.getMethod())
            || response.getStatus() == ProblemCode.FORBIDDEN.status();
    boolean byOperator = Access.caller(request) instanceof Caller.Operator;
    if (!worthALine || (tenant.isEmpty() && !byOperator)) {
      return Uni.createFrom().voidItem();
    }
    Audit.Entry entry = entry(request, response.getStatus(), connection);
    return tenant
        .map(known -> audit.note(known, entry))
        .orElseGet(() -> audit.noteOperators(entry))
        .onFailure()
        .invoke(lost -> LOG.log(System.Logger.Level.ERROR, "a line of the audit is lost", lost))
        .onFailure()
        .recoverWithNull();
  }

  private static Optional<TenantId> tenant(ContainerRequestContext request) {
    return Identification.tenant(request)
        .or(
            () ->
                Access.caller(request) instanceof Caller.User user
                    ? Optional.of(user.tenant())
                    : Optional.empty());
  }

  private Audit.Entry entry(
      ContainerRequestContext request, int status, HttpServerRequest connection) {
    String path = request.getUriInfo().getRequestUri().getRawPath();
    return new Audit.Entry(
        clock.instant(),
        Access.caller(request).name(),
        connection.remoteAddress() == null ? "" : connection.remoteAddress().hostAddress(),
        request.getMethod(),
        path.length() <= LONGEST_TARGET ? path : path.substring(0, LONGEST_TARGET),
        status);
  }
}
