/**
 * The durable hand-over of runs to nodes, by db-scheduler. Knows leases and retries, not what a run
 * does.
 */
@NullMarked
package dev.tmuxbuilder.queue;

import org.jspecify.annotations.NullMarked;
