/**
 * The heart: what an execution, a run, a step, an event and a receipt are, and the pipeline that
 * takes a request to a live site. It knows the features only by their ports; nothing of HTTP, SQL,
 * a framework or a cloud may enter.
 */
@NullMarked
package dev.tmuxbuilder.execution;

import org.jspecify.annotations.NullMarked;
