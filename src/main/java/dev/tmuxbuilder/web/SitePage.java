package dev.tmuxbuilder.web;

import dev.tmuxbuilder.api.Access;
import dev.tmuxbuilder.api.ApiException;
import dev.tmuxbuilder.secrets.SiteEnvironments;
import dev.tmuxbuilder.tenancy.Permission;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** One site: how it is made, what it is, how it was proved, and what can be done with it. */
@Path("/sites/{execution_id}")
class SitePage {
  private final Access access;
  private final SiteViews views;
  private final SiteEnvironments environments;

  SitePage(Access access, SiteViews views, SiteEnvironments environments) {
    this.access = access;
    this.views = views;
    this.environments = environments;
  }

  /** What who looks may do besides looking. */
  public record Rights(boolean changes, boolean takesOver, boolean approves) {
    static Rights of(Access.Opened opened) {
      return new Rights(
          may(opened, Permission.CHANGE),
          may(opened, Permission.TAKE_OVER),
          may(opened, Permission.APPROVE));
    }

    private static boolean may(Access.Opened opened, Permission permission) {
      return opened
          .caller()
          .roleIn(opened.tenant())
          .filter(role -> role.may(permission))
          .isPresent();
    }
  }

  @GET
  @Operation(hidden = true)
  public Uni<Response> show(
      @PathParam("execution_id") String id, @Context ContainerRequestContext request) {
    Frame frame = Frame.of("site", request);
    return page(
        id,
        request,
        frame,
        opened ->
            views
                .of(opened.tenant(), opened.id())
                .chain(
                    site ->
                        Uni.combine()
                            .all()
                            .unis(
                                views.conversation(opened.tenant(), opened.id(), site),
                                environment(opened, site))
                            .with(
                                (talk, env) ->
                                    Templates.site(frame, site, talk, env, Rights.of(opened)))));
  }

  /** A part of the page by itself, to take the place of what it was. */
  @GET
  @Path("part/{part}")
  @Operation(hidden = true)
  public Uni<Response> part(
      @PathParam("execution_id") String id,
      @PathParam("part") String part,
      @Context ContainerRequestContext request) {
    Frame frame = Frame.of("site", request);
    return switch (part) {
      case "head" -> head(id, request, frame);
      case "progress" -> alone(id, request, frame, Templates::site$progress);
      case "evidence" -> alone(id, request, frame, Templates::site$evidence);
      case "chat" -> withConversation(id, request, frame, Templates::site$chat);
      case "environment" -> withEnvironment(id, request, frame);
      default -> throw ApiException.notFound();
    };
  }

  private Uni<Response> head(String id, ContainerRequestContext request, Frame frame) {
    return page(
        id,
        request,
        frame,
        opened ->
            views
                .of(opened.tenant(), opened.id())
                .map(site -> Templates.site$head(site, Rights.of(opened))));
  }

  private Uni<Response> alone(
      String id,
      ContainerRequestContext request,
      Frame frame,
      Function<SiteView, TemplateInstance> template) {
    return page(id, request, frame, opened -> views.of(opened.tenant(), opened.id()).map(template));
  }

  private Uni<Response> withConversation(
      String id,
      ContainerRequestContext request,
      Frame frame,
      BiFunction<SiteView, Conversation, TemplateInstance> template) {
    return page(
        id,
        request,
        frame,
        opened ->
            views
                .of(opened.tenant(), opened.id())
                .chain(
                    site ->
                        views
                            .conversation(opened.tenant(), opened.id(), site)
                            .map(talk -> template.apply(site, talk))));
  }

  private Uni<Response> withEnvironment(String id, ContainerRequestContext request, Frame frame) {
    return page(
        id,
        request,
        frame,
        opened ->
            views
                .of(opened.tenant(), opened.id())
                .chain(
                    site ->
                        environment(opened, site)
                            .map(env -> Templates.site$environment(site, env))));
  }

  private Uni<EnvironmentView> environment(Access.Opened opened, SiteView site) {
    boolean mayChange = Rights.of(opened).changes();
    return environments
        .names(opened.tenant(), opened.id())
        .map(names -> EnvironmentView.of(site, mayChange, names));
  }

  private static Uni<Response> answer(Frame frame, Uni<TemplateInstance> filled) {
    return filled.chain(template -> Pages.html(frame, template));
  }

  private Uni<Response> page(
      String id,
      ContainerRequestContext request,
      Frame frame,
      Function<Access.Opened, Uni<TemplateInstance>> fill) {
    return Pages.signedIn(
        request,
        frame,
        () -> access.open(request, id).chain(opened -> answer(frame, fill.apply(opened))));
  }
}
