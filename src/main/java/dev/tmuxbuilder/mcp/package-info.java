/**
 * The product's own verbs for agents, over the Model Context Protocol: each call is proved by the
 * session's token, acts on that session alone, is bounded, and is in the journal.
 */
@NullMarked
package dev.tmuxbuilder.mcp;

import org.jspecify.annotations.NullMarked;
