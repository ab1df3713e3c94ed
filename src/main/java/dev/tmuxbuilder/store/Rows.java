package dev.tmuxbuilder.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.ErrorInfo;
import dev.tmuxbuilder.execution.Event;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Level;
import dev.tmuxbuilder.execution.Named;
import dev.tmuxbuilder.execution.Release;
import dev.tmuxbuilder.execution.StepName;
import dev.tmuxbuilder.execution.StepResult;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** From rows to records. */
final class Rows {
  private Rows() {}

  static <T> List<T> list(RowSet<Row> rows, Function<Row, T> mapper) {
    return StreamSupport.stream(rows.spliterator(), false).map(mapper).toList();
  }

  static Optional<Row> first(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).findFirst();
  }

  /** Milliseconds are what the contract shows, so no more is kept. */
  static OffsetDateTime time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC);
  }

  static Instant instant(Row row, String column) {
    return row.getOffsetDateTime(column).toInstant();
  }

  static @Nullable Instant optionalInstant(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }

  static <E extends Enum<E> & Named> E named(Row row, String column, Class<E> type) {
    return Named.of(type, row.getString(column));
  }

  static <T> @Nullable T json(@Nullable String json, Class<T> type) {
    return json == null ? null : Json.read(json, type);
  }

  @SuppressWarnings("unchecked")
  static @Nullable Map<String, Object> map(@Nullable String json) {
    return json == null ? null : Json.read(json, Map.class);
  }

  static Event event(JsonNode node) {
    return new Event(
        node.get("seq").asLong(),
        OffsetDateTime.parse(node.get("at").asText()).toInstant(),
        node.get("run").asInt(),
        Named.of(Event.Kind.class, node.get("kind").asText()),
        Named.of(Level.class, node.get("level").asText()),
        node.hasNonNull("step") ? node.get("step").asText() : null,
        node.hasNonNull("stage") ? node.get("stage").asText() : null,
        node.get("message").asText(),
        dataOf(node.get("data")));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> dataOf(JsonNode node) {
    return Json.mapper().convertValue(node, Map.class);
  }

  static Release release(Row row) {
    return new Release(
        row.getInteger("release"),
        row.getInteger("run"),
        row.getString("source_commit"),
        row.getString("artifact_sha256"),
        Arrays.asList(Json.read(row.getString("files"), Artifact.File[].class)));
  }

  static StepName step(Row row) {
    return StepName.values()[row.getInteger("step") - 1];
  }

  static StepResult result(StepName step, String json) {
    Class<? extends StepResult> type =
        switch (step) {
          case CREATE_USER, CREATE_SESSION -> StepResult.Done.class;
          case GENERATE_SITE -> StepResult.Generated.class;
          case DEPLOY -> StepResult.Deployed.class;
          case HEALTH_CHECK, E2E_TESTS -> StepResult.Checked.class;
          case SCREENSHOT -> StepResult.Photographed.class;
        };
    return Json.read(json, type);
  }

  static @Nullable ErrorInfo error(@Nullable String json) {
    return json(json, ErrorInfo.class);
  }
}
