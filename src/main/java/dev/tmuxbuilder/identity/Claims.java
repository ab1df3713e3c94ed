package dev.tmuxbuilder.identity;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a voucher says of somebody, after its signature has been proved.
 *
 * @param issuer who says so
 * @param subject the person's name with the issuer, unique there for ever
 */
public record Claims(String issuer, String subject, Map<String, Object> all) {
  /** The end of the year 9999: what is later is no time. */
  private static final long LATEST = 253_402_300_799L;

  /** A claim that is one text, which is not empty. */
  Optional<String> text(String name) {
    return all.get(name) instanceof String text && !text.isBlank()
        ? Optional.of(text.strip())
        : Optional.empty();
  }

  /** A claim that is a list of texts, or one text with words in it, as some providers write it. */
  List<String> texts(String name) {
    @Nullable Object value = all.get(name);
    return switch (value) {
      case List<?> list ->
          list.stream().filter(String.class::isInstance).map(String.class::cast).toList();
      case String text -> List.of(text.strip().split("[,\\s]+"));
      case null, default -> List.of();
    };
  }

  /** When it was said ({@code iat}, RFC 7519, 4.1.6), to the second; empty where it is not said. */
  Optional<Instant> said() {
    return all.get("iat") instanceof Number seconds && seconds.longValue() <= LATEST
        ? Optional.of(Instant.ofEpochSecond(Math.max(0, seconds.longValue())))
        : Optional.empty();
  }

  /** What it says of persons is no matter of a log. */
  @Override
  public String toString() {
    return subject + " at " + issuer;
  }
}
