package dev.tmuxbuilder.execution;

import java.nio.file.Path;

/**
 * A file as it comes in, looked at and found to be what its name says.
 *
 * @param bytes its size
 * @param content where it lies until the request has ended
 */
public record Upload(String name, String mediaType, long bytes, String sha256, Path content) {}
