package dev.tmuxbuilder.gateway;

/**
 * What one call used.
 *
 * @param inputTokens without those of the cache
 * @param microUsd its cost in millionths of a US dollar
 */
public record Usage(
    String provider,
    String model,
    long inputTokens,
    long outputTokens,
    long cacheReadTokens,
    long cacheWriteTokens,
    long microUsd) {}
