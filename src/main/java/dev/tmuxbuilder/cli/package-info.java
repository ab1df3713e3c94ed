/**
 * The command line: a client of the HTTP contract that boots no service, and the command that does.
 */
@NullMarked
package dev.tmuxbuilder.cli;

import org.jspecify.annotations.NullMarked;
