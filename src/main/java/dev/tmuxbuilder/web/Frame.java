package dev.tmuxbuilder.web;

import dev.tmuxbuilder.api.Access;
import dev.tmuxbuilder.tenancy.Caller;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Cookie;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is around every page.
 *
 * @param page which of the main pages it is, for the menu
 * @param who the name of who is signed in, empty for nobody
 * @param language a BCP 47 tag
 * @param direction {@code ltr} or {@code rtl}
 * @param theme {@code light}, {@code dark}, or {@code auto} for what the browser likes
 */
public record Frame(
    String page, String who, boolean operator, String language, String direction, String theme) {
  static final String LANGUAGE_COOKIE = "tmux_builder_language";
  private static final String THEME_COOKIE = "tmux_builder_theme";
  private static final List<String> LANGUAGES = List.of("en", "de");
  private static final Set<String> THEMES = Set.of("light", "dark");
  private static final Set<String> RIGHT_TO_LEFT = Set.of("ar", "fa", "he", "ur");

  static Frame of(String page, ContainerRequestContext request) {
    Caller caller = Access.caller(request);
    String language = language(request);
    return new Frame(
        page,
        caller instanceof Caller.Anonymous ? "" : caller.name(),
        caller instanceof Caller.Operator,
        language,
        RIGHT_TO_LEFT.contains(language) ? "rtl" : "ltr",
        theme(request));
  }

  public boolean signedIn() {
    return !who.isEmpty();
  }

  /** The name with the middle of a long id left out. */
  public String shortWho() {
    return who.length() > 20 ? who.substring(0, 8) : who;
  }

  /** What the address asks for, else what was chosen before, else what the browser prefers. */
  private static String language(ContainerRequestContext request) {
    return known(request.getUriInfo().getQueryParameters().getFirst("lang"))
        .or(() -> known(cookie(request, LANGUAGE_COOKIE)))
        .or(
            () ->
                request.getAcceptableLanguages().stream()
                    .map(Locale::getLanguage)
                    .filter(LANGUAGES::contains)
                    .findFirst())
        .orElse(LANGUAGES.getFirst());
  }

  private static java.util.Optional<String> known(@Nullable String language) {
    return LANGUAGES.stream().filter(one -> one.equals(language)).findFirst();
  }

  private static String theme(ContainerRequestContext request) {
    String chosen = cookie(request, THEME_COOKIE);
    return chosen != null && THEMES.contains(chosen) ? chosen : "auto";
  }

  private static @Nullable String cookie(ContainerRequestContext request, String name) {
    Map<String, Cookie> cookies = request.getCookies();
    Cookie cookie = cookies.get(name);
    return cookie == null ? null : cookie.getValue();
  }
}
