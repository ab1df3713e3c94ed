package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.Executions;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.container.ContainerRequestContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Opens the execution in the path for methods that are marked {@link Existing}. */
class ExistingFilter {
  private static final String OPENED = Access.Opened.class.getName();

  private final Access access;
  private final Executions executions;

  ExistingFilter(Access access, Executions executions) {
    this.access = access;
    this.executions = executions;
  }

  @Existing
  @ServerRequestFilter(priority = Access.AFTER_IDENTIFY)
  public Uni<Void> open(ContainerRequestContext request) {
    String id = request.getUriInfo().getPathParameters().getFirst("execution_id");
    return access
        .open(request, id)
        .call(
            opened ->
                executions
                    .snapshot(opened.tenant(), opened.id(), Long.MAX_VALUE, 0)
                    .map(found -> found.orElseThrow(ApiException::notFound)))
        .invoke(opened -> request.setProperty(OPENED, opened))
        .replaceWithVoid();
  }

  static Access.Opened opened(ContainerRequestContext request) {
    return (Access.Opened) request.getProperty(OPENED);
  }
}
