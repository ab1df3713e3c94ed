package dev.tmuxbuilder.gateway;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.TenantId;

/** Whose agent is calling: proved by its token. */
public record AgentSession(TenantId tenant, ExecutionId execution, int run) {}
