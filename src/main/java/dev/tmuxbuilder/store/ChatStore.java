package dev.tmuxbuilder.store;

import dev.tmuxbuilder.agent.Task;
import dev.tmuxbuilder.execution.Attachment;
import dev.tmuxbuilder.execution.Conversations;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** What users and agents say to each other, in the order in which it was said. */
@ApplicationScoped
class ChatStore implements Conversations {
  private static final String SAY =
      """
      insert into chat_messages
             (execution_id, seq, tenant_id, message_id, run, role, text, proof, created_at)
      select $1, coalesce(max(seq), 0) + 1, $2::uuid, $3::uuid, $4, $5, $6, $7::text::jsonb, $8
        from chat_messages where execution_id = $1
      """;

  private static final String OF_RUN =
      "select message_id, text, array(select name from attachments a"
          + " where a.execution_id = $1 and a.message_id = m.message_id order by place) as files"
          + " from chat_messages m"
          + " where execution_id = $1 and run = $2 and role = 'user' order by seq";

  private static final String HISTORY =
      "select seq, message_id, run, role, text, proof::text as proof, created_at, array(select "
          + AttachmentStore.AS_JSON
          + " from attachments a where a.execution_id = $1 and a.message_id = m.message_id"
          + " and m.role = 'user' order by place) as files"
          + " from chat_messages m where execution_id = $1 and seq > $2 order by seq limit $3";

  private final Transactions transactions;

  ChatStore(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Something to be kept. */
  record Word(String id, String role, String text, Map<String, Object> proof, Instant at) {}

  /** Only under the lock of the execution's row. */
  static Statement said(ExecutionId execution, TenantId tenant, int run, Word word) {
    return Statement.of(
        SAY,
        execution.toString(),
        tenant.value(),
        UUID.fromString(word.id()),
        run,
        word.role(),
        word.text(),
        Json.write(word.proof()),
        Rows.time(word.at()));
  }

  /** What a run is to answer. */
  static Uni<List<Task.Message>> ofRun(SqlConnection connection, ExecutionId execution, int run) {
    return connection
        .preparedQuery(OF_RUN)
        .execute(Tuple.of(execution.toString(), run))
        .map(
            rows ->
                Rows.list(
                    rows,
                    row ->
                        message(
                            row.getUUID("message_id"),
                            row.getString("text"),
                            row.getArrayOfStrings("files"))));
  }

  private static Task.Message message(UUID id, String text, String[] files) {
    return new Task.Message(
        id.toString(), text, Arrays.stream(files).map(name -> Attachment.path(id, name)).toList());
  }

  @Override
  public Uni<List<Entry>> history(TenantId tenant, ExecutionId execution, long since, int limit) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(HISTORY)
                .execute(Tuple.of(execution.toString(), since, limit))
                .map(rows -> Rows.list(rows, ChatStore::entry)));
  }

  private static Entry entry(Row row) {
    return new Entry(
        row.getLong("seq"),
        row.getUUID("message_id").toString(),
        row.getInteger("run"),
        row.getString("role"),
        row.getString("text"),
        Objects.requireNonNull(Rows.map(row.getString("proof"))),
        Rows.instant(row, "created_at"),
        Arrays.stream(row.getArrayOfStrings("files")).map(AttachmentStore::fromJson).toList());
  }
}
