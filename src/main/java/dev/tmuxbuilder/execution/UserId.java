package dev.tmuxbuilder.execution;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** A person; how the id follows from email and phone is told in {@code tenancy.Identity}. */
public record UserId(UUID value) {
  private static final Pattern FORM =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  /** Accepts the canonical lower-case form and nothing else, so that an id has one spelling. */
  public static Optional<UserId> parse(String text) {
    return FORM.matcher(text).matches()
        ? Optional.of(new UserId(UUID.fromString(text)))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
