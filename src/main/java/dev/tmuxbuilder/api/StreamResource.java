package dev.tmuxbuilder.api;

import dev.tmuxbuilder.stream.Hub;
import dev.tmuxbuilder.tenancy.Permission;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** The journal as Server-Sent Events. */
@Path("/api/status/{execution_id}/stream")
class StreamResource {
  /** What waits for a reader who does not read: the journal has the rest. */
  private static final int WAITING_BYTES = 16 * 1024;

  private final Hub hub;
  private final LongAnswers answers;

  StreamResource(Hub hub, LongAnswers answers) {
    this.hub = hub;
    this.answers = answers;
  }

  /**
   * Written to the connection itself: an event's bytes are made once for all who watch. The item
   * comes when the last of them are written, and ends the answer.
   */
  @GET
  @Existing
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(
      operationId = "stream",
      summary = "Every event once and in order; after the run's last one an end event")
  @APIResponse(
      responseCode = "200",
      description = "Server-Sent Events",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(implementation = String.class)))
  public Uni<Void> stream(
      @PathParam("execution_id") String id,
      @HeaderParam("Last-Event-ID") @Nullable String lastEventId,
      @QueryParam("since") @DefaultValue("0") String since,
      @QueryParam("follow") @DefaultValue("false") String follow,
      @Context ContainerRequestContext request,
      @Context HttpServerResponse response) {
    Access.Opened opened = ExistingFilter.opened(request);
    long from =
        lastEventId == null
            ? Query.number("since", since, 0, Long.MAX_VALUE)
            : Query.number("Last-Event-ID", lastEventId, 0, Long.MAX_VALUE);
    // No proxy on the way may keep it, change it or wait for more of it.
    response
        .setChunked(true)
        .setWriteQueueMaxSize(WAITING_BYTES)
        .putHeader(HttpHeaders.CONTENT_TYPE, MediaType.SERVER_SENT_EVENTS)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache, no-transform")
        .putHeader("X-Accel-Buffering", "no");
    return answers.guard(
        request,
        opened.tenant(),
        Permission.VIEW,
        response,
        hub.watch(opened.tenant(), opened.id(), from, Boolean.parseBoolean(follow), response));
  }
}
