package dev.tmuxbuilder.execution;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The files that users sent. */
public interface Attachments {
  /** What one execution may hold of them. */
  long MOST_BYTES = 200L * 1024 * 1024;

  /** All of an execution, those of the brief first, then in the order in which they came. */
  Uni<List<Attachment>> of(TenantId tenant, ExecutionId execution);

  /** One of them with its bytes; empty where the execution has none of that name. */
  Uni<Optional<Content>> content(TenantId tenant, ExecutionId execution, UUID file);

  /** A file and what is in it. */
  record Content(Attachment attachment, byte[] bytes) {}
}
