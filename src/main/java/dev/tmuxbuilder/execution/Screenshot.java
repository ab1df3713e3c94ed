package dev.tmuxbuilder.execution;

/**
 * A picture of the site.
 *
 * @param sha256 lower-case hex digest of the PNG file
 * @param path relative to the session's {@code deployment/} directory
 */
public record Screenshot(Viewport viewport, String sha256, String path) {}
