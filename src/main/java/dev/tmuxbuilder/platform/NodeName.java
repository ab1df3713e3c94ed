package dev.tmuxbuilder.platform;

/**
 * The name under which this node holds jobs: the same after a restart, used by one process at a
 * time.
 */
public record NodeName(String value) {}
