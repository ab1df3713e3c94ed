package dev.tmuxbuilder.execution;

import java.time.Instant;
import java.util.Optional;

/**
 * A session seen as a job: what was asked for. None of it changes after creation; how far it has
 * come is told by its journal.
 *
 * @param siteName unique and unchanging, a legal DNS label
 * @param requirements the brief, Markdown, at most 64 KiB of UTF-8; may be empty
 * @param template the shared repository that the site begins as
 */
public record Execution(
    ExecutionId id,
    TenantId tenant,
    String email,
    String phone,
    HostProvider host,
    SiteType siteType,
    AgentKind agent,
    String siteName,
    String requirements,
    Optional<String> template,
    Instant createdAt) {}
