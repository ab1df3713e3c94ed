/**
 * From the journal to its watchers: wakes them, replays what they missed, forgets them when they
 * leave.
 */
@NullMarked
package dev.tmuxbuilder.stream;

import org.jspecify.annotations.NullMarked;
