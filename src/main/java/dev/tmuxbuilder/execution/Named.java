package dev.tmuxbuilder.execution;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;

/** A constant with the name that JSON, SQL and people see. */
public interface Named {
  @JsonValue
  String wire();

  static <E extends Enum<E> & Named> Optional<E> parse(Class<E> type, String wire) {
    return Arrays.stream(type.getEnumConstants()).filter(e -> e.wire().equals(wire)).findFirst();
  }

  /** For text that this service wrote itself. */
  static <E extends Enum<E> & Named> E of(Class<E> type, String wire) {
    return parse(type, wire)
        .orElseThrow(() -> new IllegalArgumentException(type.getSimpleName() + " " + wire));
  }
}
