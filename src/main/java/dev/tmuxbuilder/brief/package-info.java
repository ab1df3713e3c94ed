/**
 * What was asked for: a Markdown brief and what can be read from it. Pure functions, no input or
 * output; knows nothing of designs, hosts or executions.
 */
@NullMarked
package dev.tmuxbuilder.brief;

import org.jspecify.annotations.NullMarked;
