package dev.tmuxbuilder.execution;

import java.util.UUID;

/**
 * What the queue keeps of a job: whose it is and which.
 *
 * @param run 0 for the destruction of the execution
 */
public record RunRef(UUID tenant, String execution, int run) {
  /** The queue's name for runs. */
  public static final String RUN = "run";

  /** The queue's name for destructions. */
  public static final String DESTROY = "destroy";

  public TenantId tenantId() {
    return new TenantId(tenant);
  }

  public ExecutionId executionId() {
    return ExecutionId.of(execution);
  }

  /** Names the job within its kind. */
  public String instance() {
    return execution + "#" + run;
  }
}
