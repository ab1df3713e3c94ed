package dev.tmuxbuilder.agent;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.SiteType;
import java.nio.file.Path;

/**
 * @param requirements the brief, Markdown; may be empty
 * @param source the directory that the agent fills; for a static site its content is what is served
 */
public record Instruction(
    ExecutionId execution, int run, SiteType siteType, String requirements, Path source) {}
