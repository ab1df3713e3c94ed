package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.stream.Hub;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.container.ContainerRequestContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Opens the execution in the path for methods that are marked {@link Existing}. */
class ExistingFilter {
  private static final String OPENED = Access.Opened.class.getName();

  private final Access access;
  private final Executions executions;
  private final Hub hub;

  ExistingFilter(Access access, Executions executions, Hub hub) {
    this.access = access;
    this.executions = executions;
    this.hub = hub;
  }

  @Existing
  @ServerRequestFilter(priority = Access.AFTER_IDENTIFY)
  public Uni<Void> open(ContainerRequestContext request) {
    String id = request.getUriInfo().getPathParameters().getFirst("execution_id");
    return access
        .open(request, id)
        .call(
            opened ->
                hub.isWatched(opened.id())
                    ? Uni.createFrom().voidItem()
                    : executions
                        .snapshot(opened.tenant(), opened.id(), Long.MAX_VALUE, 0)
                        .map(found -> found.orElseThrow(ApiException::notFound)))
        .invoke(opened -> request.setProperty(OPENED, opened))
        .replaceWithVoid();
  }

  static Access.Opened opened(ContainerRequestContext request) {
    return (Access.Opened) request.getProperty(OPENED);
  }
}
