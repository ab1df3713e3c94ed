/**
 * OpenCode as an agent: a server of it for each user, in a pool. It is driven by its HTTP API; what
 * it says of itself decides nothing but the outcome of its turn.
 */
@NullMarked
package dev.tmuxbuilder.agent.opencode;

import org.jspecify.annotations.NullMarked;
