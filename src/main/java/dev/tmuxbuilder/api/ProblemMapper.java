package dev.tmuxbuilder.api;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Where the framework hands over what went wrong. */
class ProblemMapper {
  @ServerExceptionMapper(Throwable.class)
  public Response map(Throwable failure, UriInfo request) {
    return Problems.response(Problems.of(failure), request.getRequestUri().getRawPath());
  }
}
