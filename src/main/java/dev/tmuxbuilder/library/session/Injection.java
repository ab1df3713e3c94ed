package dev.tmuxbuilder.library.session;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.tmuxbuilder.execution.Named;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What a session was given, and why: {@code deployment/injection.json}.
 *
 * @param library digest of all items that there were
 */
@RegisterForReflection
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record Injection(String library, List<Entry> items) {
  static final Injection NOTHING = new Injection("", List.of());

  Injection {
    items = List.copyOf(items);
  }

  /** What became of an item. */
  enum State implements Named {
    /** It is as the library has it. */
    GIVEN,
    /** The session changed or removed it, and what the session did stays. */
    EDITED,
    /** The session had something of that name before. */
    OWN;

    @Override
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param rule by which it was chosen
   * @param why in words
   * @param words that it shares with the brief, where it was chosen by relevance
   * @param files with their SHA-256 as they were given, by path in {@code .claude}
   */
  @RegisterForReflection
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Entry(
      String kind,
      String name,
      String from,
      String rule,
      String why,
      List<String> words,
      State state,
      SortedMap<String, String> files) {}

  Optional<Entry> of(String kind, String name) {
    return items.stream()
        .filter(entry -> entry.kind().equals(kind) && entry.name().equals(name))
        .findFirst();
  }

  long count(State state) {
    return items.stream().filter(entry -> entry.state() == state).count();
  }

  /** Numbers for the journal. */
  Map<String, Object> figures() {
    return Map.of(
        "skills", items.stream().filter(entry -> entry.kind().equals("skill")).count(),
        "agents", items.stream().filter(entry -> entry.kind().equals("agent")).count(),
        "for_the_brief", items.stream().filter(entry -> !entry.words().isEmpty()).count(),
        "edited", count(State.EDITED) + count(State.OWN),
        "library", library);
  }
}
