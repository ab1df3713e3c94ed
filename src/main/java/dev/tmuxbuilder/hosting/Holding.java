package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Resource;
import java.util.Optional;

/**
 * Something that a host holds and that this service made, as far as can be told.
 *
 * @param name its name there, by which it can be told whose it is where its tags do not say so
 * @param owner the execution that its tags name; empty where they name none
 * @param takesTags whether the host takes tags for such a thing at all
 */
public record Holding(
    Resource resource, String name, Optional<ExecutionId> owner, boolean takesTags) {}
