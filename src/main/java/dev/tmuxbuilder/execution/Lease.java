package dev.tmuxbuilder.execution;

/**
 * The right to write for an execution. Whoever takes an execution over gets a higher token, and
 * from then on every write with a lower one is refused.
 *
 * @param run the run that the writes belong to
 * @param token the fencing token, rising by one with each owner
 */
public record Lease(TenantId tenant, ExecutionId execution, int run, long token) {}
