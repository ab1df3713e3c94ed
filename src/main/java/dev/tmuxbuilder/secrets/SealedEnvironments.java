package dev.tmuxbuilder.secrets;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.TenantId;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Where sealed environments are kept. None of the methods blocks. */
public interface SealedEnvironments {
  /** Whose environment there is one of. */
  record Owner(TenantId tenant, ExecutionId execution) {}

  /** Empty where nothing was ever set. */
  Uni<Optional<Sealed>> read(TenantId tenant, ExecutionId execution);

  /**
   * Changes what is kept, one change after another. Where the function fails, so does this, and
   * nothing is changed.
   *
   * @return empty where there is no such execution
   */
  Uni<Optional<Sealed>> change(
      TenantId tenant, ExecutionId execution, Function<Optional<Sealed>, Sealed> change);

  /** All that there are. */
  Uni<List<Owner>> owners();
}
