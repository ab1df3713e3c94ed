/** The embedded agent: from a Markdown brief to a finished site, offline and deterministic. */
@NullMarked
package dev.tmuxbuilder.agent.starter;

import org.jspecify.annotations.NullMarked;
