package dev.tmuxbuilder.web;

import dev.tmuxbuilder.api.Access;
import dev.tmuxbuilder.api.ApiException;
import dev.tmuxbuilder.api.ProblemCode;
import dev.tmuxbuilder.api.Problems;
import dev.tmuxbuilder.tenancy.Caller;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** From a filled template to an answer, and from what went wrong to a page that says so. */
final class Pages {
  /** Nothing runs, loads or frames but what this service serves itself. */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  private static final String HTML = "text/html;charset=UTF-8";
  private static final int LANGUAGE_SECONDS = (int) Duration.ofDays(365).toSeconds();

  private Pages() {}

  static Uni<Response> html(Frame frame, TemplateInstance page) {
    return html(frame, page, 200);
  }

  static Uni<Response> html(Frame frame, TemplateInstance page, int status) {
    return page.setLocale(Locale.forLanguageTag(frame.language()))
        .createUni()
        .map(
            text ->
                Response.status(status)
                    .type(HTML)
                    .header(HttpHeaders.CACHE_CONTROL, "no-store")
                    .header(HttpHeaders.CONTENT_LANGUAGE, frame.language())
                    .header(HttpHeaders.VARY, "Cookie, Accept-Language")
                    .header("Content-Security-Policy", POLICY)
                    .header("X-Content-Type-Options", "nosniff")
                    .header("Referrer-Policy", "same-origin")
                    .cookie(language(frame))
                    .entity(text)
                    .build());
  }

  private static NewCookie language(Frame frame) {
    return new NewCookie.Builder(Frame.LANGUAGE_COOKIE)
        .value(frame.language())
        .path("/")
        .maxAge(LANGUAGE_SECONDS)
        .sameSite(NewCookie.SameSite.LAX)
        .build();
  }

  static Response redirect(String path) {
    return Response.seeOther(URI.create(path))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }

  /** A page for who has signed in; anybody else is shown the way to sign in and back. */
  static Uni<Response> signedIn(
      ContainerRequestContext request, Frame frame, Supplier<Uni<Response>> page) {
    if (Access.caller(request) instanceof Caller.Anonymous) {
      return Uni.createFrom().item(toSignIn(request));
    }
    return guarded(request, frame, page);
  }

  /**
   * The way to sign in and back. A script that asks for a part of a page would follow a redirect by
   * itself and put the sign-in page where the part was, so it is refused, and leaves the page.
   */
  private static Response toSignIn(ContainerRequestContext request) {
    if (request.getHeaderString("HX-Request") != null) {
      return Response.status(Response.Status.UNAUTHORIZED)
          .header(HttpHeaders.CACHE_CONTROL, "no-store")
          .build();
    }
    String wanted = request.getUriInfo().getRequestUri().getRawPath();
    return wanted.equals("/")
        ? redirect("/sign-in")
        : redirect("/sign-in?next=" + URLEncoder.encode(wanted, StandardCharsets.UTF_8));
  }

  /** Whatever goes wrong is a page too. */
  static Uni<Response> guarded(
      ContainerRequestContext request, Frame frame, Supplier<Uni<Response>> page) {
    return Uni.createFrom()
        .deferred(page::get)
        .onFailure()
        .recoverWithUni(
            failure -> {
              ApiException told = Problems.of(failure);
              return told.code() == ProblemCode.UNAUTHORIZED
                  ? Uni.createFrom().item(toSignIn(request))
                  : wrong(frame, told);
            });
  }

  static Uni<Response> wrong(Frame frame, ApiException told) {
    int status = told.code().status();
    return html(frame, Templates.wrong(frame, new Wrong(status, told.detail())), status);
  }

  /** What a page of an error says. */
  public record Wrong(int status, String detail) {
    public boolean missing() {
      return status == 404;
    }
  }
}
