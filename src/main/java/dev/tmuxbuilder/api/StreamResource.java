package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.stream.Hub;
import dev.tmuxbuilder.stream.Hub.Signal;
import io.smallrye.mutiny.Multi;
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
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestMulti;
import org.jspecify.annotations.Nullable;

/** The journal as Server-Sent Events. */
@Path("/api/status/{execution_id}/stream")
class StreamResource {
  private final Hub hub;
  private final Sse sse;

  StreamResource(Hub hub, Sse sse) {
    this.hub = hub;
    this.sse = sse;
  }

  @GET
  @Existing
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(
      operationId = "stream",
      summary = "Every event once and in order; after the run's last one an end event")
  public RestMulti<OutboundSseEvent> stream(
      @PathParam("execution_id") String id,
      @HeaderParam("Last-Event-ID") @Nullable String lastEventId,
      @QueryParam("since") @DefaultValue("0") String since,
      @QueryParam("follow") @DefaultValue("false") String follow,
      @Context ContainerRequestContext request) {
    Access.Opened opened = ExistingFilter.opened(request);
    long from =
        lastEventId == null
            ? Query.number("since", since, 0, Long.MAX_VALUE)
            : Query.number("Last-Event-ID", lastEventId, 0, Long.MAX_VALUE);
    Multi<Signal> signals =
        hub.watch(opened.tenant(), opened.id(), from, Boolean.parseBoolean(follow));
    return RestMulti.fromMultiData(
            Multi.createBy()
                .concatenating()
                .streams(Multi.createFrom().item(new Signal.StillHere()), signals)
                .map(this::event))
        .header("Cache-Control", "no-store")
        .header("X-Accel-Buffering", "no")
        .build();
  }

  private OutboundSseEvent event(Signal signal) {
    return switch (signal) {
      case Signal.Happened happened ->
          data(happened.event().kind().wire(), Views.streamed(happened.event()))
              .id(Long.toString(happened.event().seq()))
              .build();
      case Signal.StillHere ignored -> sse.newEventBuilder().comment("still here").build();
      case Signal.Over over -> data("end", Views.End.of(over.state())).build();
    };
  }

  private OutboundSseEvent.Builder data(String name, Object view) {
    return sse.newEventBuilder().name(name).data(String.class, Json.write(view));
  }
}
