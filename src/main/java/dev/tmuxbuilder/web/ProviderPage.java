package dev.tmuxbuilder.web;

import dev.tmuxbuilder.api.ApiException;
import dev.tmuxbuilder.api.SessionCookie;
import dev.tmuxbuilder.identity.BrowserLogin;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** To the organisation's own provider, and back. */
@Path("/sign-in/provider")
class ProviderPage {
  private static final String COOKIE = "tmuxbuilder_sign_in";
  private static final String PATH = "/sign-in/provider";

  private final BrowserLogin login;
  private final SessionCookie sessions;

  ProviderPage(BrowserLogin login, SessionCookie sessions) {
    this.login = login;
    this.sessions = sessions;
  }

  @GET
  @Operation(hidden = true)
  public Uni<Response> go(
      @QueryParam("next") @DefaultValue("/") String next,
      @Context ContainerRequestContext request,
      @Context HttpServerRequest connection) {
    return Pages.guarded(
        request,
        Frame.of("sign-in", request),
        () -> {
          requireOffered();
          return sessions
              .proved(login.begin(back(request)))
              .map(
                  begun ->
                      Response.seeOther(begun.at())
                          .header("Cache-Control", "no-store")
                          .cookie(
                              cookie(
                                  begun.remembered()
                                      + "."
                                      + SignInPage.inside(next).replace('/', '~'),
                                  BrowserLogin.PATIENCE,
                                  connection))
                          .build());
        });
  }

  @GET
  @Path("done")
  @Operation(hidden = true)
  public Uni<Response> done(
      @QueryParam("state") @DefaultValue("") String state,
      @QueryParam("code") @DefaultValue("") String code,
      @CookieParam(COOKIE) @DefaultValue("") String remembered,
      @Context ContainerRequestContext request,
      @Context HttpServerRequest connection) {
    return Pages.guarded(
        request,
        Frame.of("sign-in", request),
        () -> {
          requireOffered();
          int cut = remembered.lastIndexOf('.');
          String kept = cut < 0 ? "" : remembered.substring(0, cut);
          String next = cut < 0 ? "/" : remembered.substring(cut + 1).replace('~', '/');
          return sessions
              .begin(login.end(kept, state, code, back(request)), connection)
              .map(
                  session ->
                      Response.fromResponse(Pages.redirect(SignInPage.inside(next)))
                          .cookie(session, cookie("", Duration.ZERO, connection))
                          .build());
        });
  }

  private void requireOffered() {
    if (!login.offered()) {
      throw ApiException.notFound();
    }
  }

  private static URI back(ContainerRequestContext request) {
    return request.getUriInfo().getBaseUri().resolve(PATH + "/done");
  }

  private static NewCookie cookie(String value, Duration valid, HttpServerRequest connection) {
    return new NewCookie.Builder(COOKIE)
        .value(value)
        .path(PATH)
        .maxAge((int) valid.toSeconds())
        .httpOnly(true)
        .secure(connection.isSSL())
        .sameSite(NewCookie.SameSite.LAX)
        .build();
  }
}
