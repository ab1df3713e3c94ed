/**
 * What an operator sees of runs: figures, traces, log lines. Listens to the heart and tells it
 * nothing. Rooms with figures of their own (queue, store, api) keep them beside what they count.
 */
@NullMarked
package dev.tmuxbuilder.telemetry;

import org.jspecify.annotations.NullMarked;
