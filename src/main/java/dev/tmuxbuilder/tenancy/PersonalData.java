package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is kept of a person, to be handed out or erased. None of the methods blocks. */
public interface PersonalData {
  /**
   * Who the person is.
   *
   * @param leftAt when a provider took the role away that it had given
   */
  record Self(
      UserId user,
      TenantId tenant,
      String email,
      String phone,
      Instant since,
      Optional<Instant> leftAt) {}

  /** Somebody whose data is to be erased. */
  record Pending(TenantId tenant, UserId user) {}

  Uni<Optional<Self>> self(TenantId tenant, UserId user);

  /** Lines of the audit that say what the person did, oldest first, as they were written. */
  Uni<List<String>> deeds(TenantId tenant, UserId user);

  /** Briefs, by the execution that each was for. */
  Uni<Optional<String>> brief(TenantId tenant, ExecutionId execution);

  /**
   * Notes that the person's data is to be erased. From then on no token of the person's opens
   * anything.
   *
   * @return the person's sites that stand and have to be destroyed first
   */
  Uni<List<ExecutionId>> requestErasure(TenantId tenant, UserId user, String by);

  Uni<List<Pending>> pending();

  /** Sites of the person that stand. */
  Uni<List<ExecutionId>> standing(Pending person);

  /** Removes the person's rows; false while a site of the person's stands. */
  Uni<Boolean> erase(Pending person);
}
