package dev.tmuxbuilder.web;

import dev.tmuxbuilder.api.Access;
import dev.tmuxbuilder.api.ApiException;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** One site: how it is made, what it is, how it was proved, and what can be done with it. */
@Path("/sites/{execution_id}")
class SitePage {
  private final Access access;
  private final SiteViews views;

  SitePage(Access access, SiteViews views) {
    this.access = access;
    this.views = views;
  }

  @GET
  @Operation(hidden = true)
  public Uni<Response> show(
      @PathParam("execution_id") String id, @Context ContainerRequestContext request) {
    Frame frame = Frame.of("site", request);
    return page(id, request, frame, site -> Templates.site(frame, site));
  }

  /** A part of the page by itself, to take the place of what it was. */
  @GET
  @Path("part/{part}")
  @Operation(hidden = true)
  public Uni<Response> part(
      @PathParam("execution_id") String id,
      @PathParam("part") String part,
      @Context ContainerRequestContext request) {
    Function<SiteView, TemplateInstance> template =
        switch (part) {
          case "head" -> Templates::site$head;
          case "progress" -> Templates::site$progress;
          case "evidence" -> Templates::site$evidence;
          default -> throw ApiException.notFound();
        };
    return page(id, request, Frame.of("site", request), template);
  }

  private Uni<Response> page(
      String id,
      ContainerRequestContext request,
      Frame frame,
      Function<SiteView, TemplateInstance> template) {
    return Pages.signedIn(
        request,
        frame,
        () ->
            access
                .open(request, id)
                .chain(opened -> views.of(opened.tenant(), opened.id()))
                .chain(site -> Pages.html(frame, template.apply(site))));
  }
}
