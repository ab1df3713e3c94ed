/**
 * Claude Code as an agent: driven by lines of JSON, inside a tmux session that people can attach
 * to. What it is doing is known by its protocol and never by what is on its screen.
 */
@NullMarked
package dev.tmuxbuilder.agent.claude;

import org.jspecify.annotations.NullMarked;
