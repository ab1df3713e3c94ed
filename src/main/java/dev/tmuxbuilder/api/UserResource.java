package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.Archive;
import dev.tmuxbuilder.execution.UserId;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What a user has. */
@Path("/api/user")
@Produces(MediaType.APPLICATION_JSON)
class UserResource {
  private static final int MOST = 200;

  private final Access access;
  private final Archive archive;

  UserResource(Access access, Archive archive) {
    this.access = access;
    this.archive = archive;
  }

  @GET
  @Path("/{user_id}/sessions")
  @Operation(operationId = "sessions", summary = "The user's sessions, newest first")
  Uni<Views.Sessions> sessions(
      @PathParam("user_id") String id,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @DefaultValue("50") String limit,
      ContainerRequestContext request) {
    Optional<UserId> user = UserId.parse(id);
    return access
        .openUser(request, user)
        .chain(
            tenant -> {
              int size = (int) Query.number("limit", limit, 1, MOST);
              return archive
                  .sessions(tenant, user.orElseThrow(), Query.place(cursor), size + 1)
                  .map(found -> page(id, found, size));
            });
  }

  private static Views.Sessions page(String user, List<Archive.Session> found, int size) {
    List<Archive.Session> page = found.subList(0, Math.min(size, found.size()));
    String next =
        found.size() > size
            ? "/api/user/%s/sessions?limit=%d&cursor=%s"
                .formatted(user, size, Query.cursor(page.getLast().place()))
            : null;
    return new Views.Sessions(page.stream().map(Views.Session::of).toList(), next);
  }
}
