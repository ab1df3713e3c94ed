package dev.tmuxbuilder.execution;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What users and agents have said to each other. */
@FunctionalInterface
public interface Conversations {
  /**
   * Some of it, oldest first.
   *
   * @param since those after this number
   */
  Uni<List<Entry>> history(TenantId tenant, ExecutionId execution, long since, int limit);

  /**
   * Something that was said.
   *
   * @param seq from 1, rising
   * @param run the run that it is for, or that it comes from
   * @param role {@code user} or {@code agent}
   * @param proof of an agent's answer: what changed, and how that was proved
   * @param files what a user sent with it
   */
  record Entry(
      long seq,
      String messageId,
      int run,
      String role,
      String text,
      Map<String, Object> proof,
      Instant createdAt,
      List<Attachment> files) {}
}
