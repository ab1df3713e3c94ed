package dev.tmuxbuilder.web;

import dev.tmuxbuilder.api.ApiException;
import dev.tmuxbuilder.api.Badge;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Shares;
import dev.tmuxbuilder.execution.Viewport;
import dev.tmuxbuilder.tenancy.Tokens;
import dev.tmuxbuilder.workspace.Workspaces;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What its owner made public of a site: to be read, and nothing else. */
@Path("/share")
class SharePage {
  private static final int WIDTH = 480;
  private static final int HEIGHT = 300;

  private final Shares shares;
  private final Executions executions;
  private final SiteViews views;
  private final Workspaces workspaces;

  SharePage(Shares shares, Executions executions, SiteViews views, Workspaces workspaces) {
    this.shares = shares;
    this.executions = executions;
    this.views = views;
    this.workspaces = workspaces;
  }

  /** A page that is shared, with its own address. */
  public record Link(String url, String picture, String oembed, boolean withLog) {
    static Link of(ContainerRequestContext request, String token, boolean withLog) {
      String base = request.getUriInfo().getBaseUri().resolve("/").toString();
      String url = base + "share/" + token;
      return new Link(url, url + "/picture.png", base + "share/" + token + "/oembed.json", withLog);
    }
  }

  @GET
  @Path("{token}")
  @Operation(hidden = true)
  public Uni<Response> show(
      @PathParam("token") String token, @Context ContainerRequestContext request) {
    Frame frame = Frame.of("share", request);
    return Pages.guarded(
        request,
        frame,
        () ->
            opened(token)
                .chain(
                    shared ->
                        views
                            .of(shared.tenant(), shared.execution())
                            .chain(
                                site ->
                                    Pages.html(
                                        frame,
                                        Templates.shared(
                                            frame,
                                            site,
                                            Link.of(request, token, shared.withLog()))))));
  }

  @GET
  @Path("{token}/picture.png")
  @Operation(hidden = true)
  public Uni<Response> picture(
      @PathParam("token") String token,
      @QueryParam("viewport") @DefaultValue("thumbnail") String viewport) {
    Viewport wanted = viewport.equals("desktop") ? Viewport.DESKTOP : Viewport.THUMBNAIL;
    return opened(token)
        .chain(shared -> workspaces.screenshot(shared.execution(), Optional.empty(), wanted))
        .map(found -> found.orElseThrow(ApiException::notFound))
        .map(
            file ->
                Response.ok(file.toFile(), "image/png")
                    .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                    .build());
  }

  @GET
  @Path("{token}/badge.svg")
  @Operation(hidden = true)
  public Uni<Response> badge(@PathParam("token") String token) {
    return opened(token)
        .chain(
            shared -> executions.snapshot(shared.tenant(), shared.execution(), Long.MAX_VALUE, 0))
        .map(found -> Badge.of(found.orElseThrow(ApiException::notFound).status()));
  }

  /** What other services show for the link, by oEmbed 1.0. */
  @GET
  @Path("{token}/oembed.json")
  @Operation(hidden = true)
  public Uni<Response> oembed(
      @PathParam("token") String token, @Context ContainerRequestContext request) {
    return opened(token)
        .chain(shared -> views.of(shared.tenant(), shared.execution()))
        .map(
            site -> {
              Map<String, Object> answer = new LinkedHashMap<>();
              answer.put("version", "1.0");
              answer.put("type", "link");
              answer.put("title", site.title());
              answer.put("provider_name", "tmux-builder");
              if (!site.releases().isEmpty()) {
                answer.put("thumbnail_url", Link.of(request, token, false).picture());
                answer.put("thumbnail_width", WIDTH);
                answer.put("thumbnail_height", HEIGHT);
              }
              return Response.ok(Json.bytes(answer), MediaType.APPLICATION_JSON_TYPE).build();
            });
  }

  private Uni<Shares.Shared> opened(String token) {
    return shares.open(Tokens.hash(token)).map(found -> found.orElseThrow(ApiException::notFound));
  }
}
