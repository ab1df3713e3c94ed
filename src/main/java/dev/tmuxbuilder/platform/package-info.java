/**
 * What everything stands on: configuration, start-up checks, the embedded database, processes,
 * virtual threads, clock and ids. Knows nothing above it.
 */
@NullMarked
package dev.tmuxbuilder.platform;

import org.jspecify.annotations.NullMarked;
