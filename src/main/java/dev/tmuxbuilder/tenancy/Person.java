package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import java.time.Instant;
import java.util.Optional;

/**
 * Somebody for whom a provider vouches.
 *
 * @param tenant where the person belongs
 * @param tenantName what people call it, where the provider says
 * @param role what the person is there
 * @param said when the provider said all this, to the second; empty for now
 */
public record Person(
    UserId user,
    String email,
    TenantId tenant,
    Optional<String> tenantName,
    Role role,
    Optional<Instant> said) {}
