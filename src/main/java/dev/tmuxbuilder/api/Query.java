package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.Archive;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.stream.StatusCache;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What stands behind the question mark, read strictly. */
public final class Query {
  private static final int MOST_LINES = 1_000;

  private Query() {}

  /**
   * @throws ApiException where one of them is not a number in its range
   */
  static StatusCache.Page page(String since, String limit) {
    return new StatusCache.Page(
        number("since", since, 0, Long.MAX_VALUE), (int) number("limit", limit, 1, MOST_LINES));
  }

  static long number(String name, String text, long least, long most) {
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException notOne) {
      // told below, like a number that is out of range
    }
    throw wrong(
        name,
        most == Long.MAX_VALUE
            ? "must be a whole number from " + least + " on"
            : "must be a whole number from " + least + " to " + most);
  }

  /** A number from 1 on that may be left out. */
  static Optional<Integer> optional(String name, @Nullable String text) {
    return text == null
        ? Optional.empty()
        : Optional.of((int) number(name, text, 1, Integer.MAX_VALUE));
  }

  /** Where the next page begins, as a caller hands it back. */
  public static String cursor(Archive.Place place) {
    String text = Json.time(place.createdAt()) + " " + place.sessionId();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Where a page begins.
   *
   * @throws ApiException where no earlier page said so
   */
  public static Optional<Archive.Place> place(@Nullable String cursor) {
    if (cursor == null) {
      return Optional.empty();
    }
    try {
      String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      int space = text.indexOf(' ');
      return Optional.of(
          new Archive.Place(
              Instant.parse(text.substring(0, space)),
              text.substring(space + 1).replace("\0", "")));
    } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException forged) {
      throw wrong("cursor", "must come from the next of an earlier page");
    }
  }

  static ApiException wrong(String name, String message) {
    return ApiException.fields(
        ProblemCode.INVALID_REQUEST,
        "Not right: " + name + ".",
        List.of(new Problem.FieldError(name, message)));
  }
}
