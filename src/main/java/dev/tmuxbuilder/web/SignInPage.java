package dev.tmuxbuilder.web;

import dev.tmuxbuilder.api.SessionCookie;
import dev.tmuxbuilder.api.SignUpRule;
import dev.tmuxbuilder.identity.BrowserLogin;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** In and out. */
@Path("/")
class SignInPage {
  private static final int LONGEST_TOKEN = 512;
  private static final int NOT_KNOWN = 401;

  private final SessionCookie sessions;
  private final SignUpRule signUp;
  private final BrowserLogin login;

  SignInPage(SessionCookie sessions, SignUpRule signUp, BrowserLogin login) {
    this.login = login;
    this.sessions = sessions;
    this.signUp = signUp;
  }

  /**
   * What the page shows.
   *
   * @param next where to go afterwards, a path on this service
   * @param refused whether what was sent is not known
   * @param open whether anybody may make a site, and become known by that
   * @param provider whether people may sign in at a provider
   */
  public record View(String next, boolean refused, boolean open, boolean provider) {}

  @GET
  @Path("sign-in")
  @Operation(hidden = true)
  public Uni<Response> show(
      @QueryParam("next") @DefaultValue("/") String next,
      @Context ContainerRequestContext request) {
    Frame frame = Frame.of("sign-in", request);
    return frame.signedIn()
        ? Uni.createFrom().item(Pages.redirect(inside(next)))
        : Pages.html(
            frame,
            Templates.signin(frame, new View(inside(next), false, signUp.open(), login.offered())));
  }

  @POST
  @Path("sign-in")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Uni<Response> signIn(
      @FormParam("token") @DefaultValue("") String token,
      @FormParam("next") @DefaultValue("/") String next,
      @Context ContainerRequestContext request,
      @Context HttpServerRequest connection) {
    Frame frame = Frame.of("sign-in", request);
    return Pages.guarded(
        request,
        frame,
        () -> {
          SessionCookie.refuseForgery(request);
          String given = token.strip();
          return given.isEmpty() || given.length() > LONGEST_TOKEN
              ? refuse(frame, next)
              : sessions
                  .begin(given, connection)
                  .chain(
                      begun ->
                          begun.isEmpty()
                              ? refuse(frame, next)
                              : Uni.createFrom()
                                  .item(
                                      Response.fromResponse(Pages.redirect(inside(next)))
                                          .cookie(begun.get())
                                          .build()));
        });
  }

  private Uni<Response> refuse(Frame frame, String next) {
    return Pages.html(
        frame,
        Templates.signin(frame, new View(inside(next), true, signUp.open(), login.offered())),
        NOT_KNOWN);
  }

  @POST
  @Path("sign-out")
  @Operation(hidden = true)
  public Uni<Response> signOut(
      @Context ContainerRequestContext request, @Context HttpServerRequest connection) {
    Frame frame = Frame.of("sign-in", request);
    return Pages.guarded(
        request,
        frame,
        () -> {
          SessionCookie.refuseForgery(request);
          return sessions
              .end(request, connection)
              .map(
                  cookie ->
                      Response.fromResponse(Pages.redirect("/sign-in")).cookie(cookie).build());
        });
  }

  /** Nobody is sent to another service from here. */
  static String inside(String next) {
    return next.matches("/(?!/)[A-Za-z0-9/_.-]{0,300}") ? next : "/";
  }
}
