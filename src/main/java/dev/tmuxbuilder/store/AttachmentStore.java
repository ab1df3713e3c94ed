package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.Attachment;
import dev.tmuxbuilder.execution.Attachments;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.OverQuota;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.Upload;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/** The files that users sent, whole in the database: what is in a session's folder is a copy. */
@ApplicationScoped
class AttachmentStore implements Attachments {
  private static final String COLUMNS =
      "attachment_id, message_id, name, media_type, bytes, sha256";

  /** A row of {@code attachments a} as a text. */
  static final String AS_JSON =
      "jsonb_build_object('file_id', attachment_id, 'message_id', a.message_id, 'name', name,"
          + " 'media_type', media_type, 'bytes', bytes, 'sha256', sha256)::text";

  private static final String INSERT =
      "insert into attachments (attachment_id, execution_id, tenant_id, message_id, place, name,"
          + " media_type, bytes, sha256, content) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

  private static final String ALL =
      "select "
          + COLUMNS
          + " from attachments a where execution_id = $1 order by message_id is not null,"
          + " (select seq from chat_messages m"
          + " where m.execution_id = $1 and m.message_id = a.message_id), place";

  private static final String ONE =
      "select "
          + COLUMNS
          + ", content from attachments where execution_id = $1 and attachment_id = $2";

  private static final String HELD =
      "select coalesce(sum(bytes), 0)::bigint as held from attachments where execution_id = $1";

  private final Transactions transactions;

  AttachmentStore(Transactions transactions) {
    this.transactions = transactions;
  }

  /**
   * Keeps them within the transaction, one after the other: no more than one is in memory. Fails
   * with {@link OverQuota} where the execution would hold more than it may.
   */
  static Uni<Void> keep(
      SqlConnection connection,
      TenantId tenant,
      ExecutionId execution,
      Optional<UUID> message,
      List<Upload> uploads) {
    if (uploads.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    long more = uploads.stream().mapToLong(Upload::bytes).sum();
    return connection
        .preparedQuery(HELD)
        .execute(Tuple.of(execution.toString()))
        .map(rows -> rows.iterator().next().getLong("held"))
        .invoke(
            held -> {
              if (held + more > MOST_BYTES) {
                throw new OverQuota(OverQuota.What.FILES, held, MOST_BYTES);
              }
            })
        .chain(
            () ->
                Multi.createFrom()
                    .items(IntStream.range(0, uploads.size()).boxed())
                    .onItem()
                    .transformToUniAndConcatenate(
                        at -> keep(connection, tenant, execution, message, at + 1, uploads.get(at)))
                    .toUni());
  }

  private static Uni<Void> keep(
      SqlConnection connection,
      TenantId tenant,
      ExecutionId execution,
      Optional<UUID> message,
      int place,
      Upload upload) {
    return VirtualThreads.call("read " + upload.name(), () -> Files.readAllBytes(upload.content()))
        .chain(
            bytes ->
                Statement.of(
                        INSERT,
                        UUID.randomUUID(),
                        execution.toString(),
                        tenant.value(),
                        message.orElse(null),
                        place,
                        upload.name(),
                        upload.mediaType(),
                        upload.bytes(),
                        upload.sha256(),
                        Buffer.buffer(bytes))
                    .execute(connection))
        .replaceWithVoid();
  }

  @Override
  public Uni<List<Attachment>> of(TenantId tenant, ExecutionId execution) {
    return transactions
        .alone(tenant, Statement.of(ALL, execution.toString()))
        .map(rows -> Rows.list(rows, AttachmentStore::attachment));
  }

  @Override
  public Uni<Optional<Content>> content(TenantId tenant, ExecutionId execution, UUID file) {
    return transactions
        .alone(tenant, Statement.of(ONE, execution.toString(), file))
        .map(
            rows ->
                Rows.first(rows)
                    .map(row -> new Content(attachment(row), row.getBuffer("content").getBytes())));
  }

  static Attachment fromJson(String json) {
    return Objects.requireNonNull(Rows.json(json, Attachment.class));
  }

  private static Attachment attachment(Row row) {
    return new Attachment(
        row.getUUID("attachment_id"),
        row.getUUID("message_id"),
        row.getString("name"),
        row.getString("media_type"),
        row.getLong("bytes"),
        row.getString("sha256"));
  }
}
