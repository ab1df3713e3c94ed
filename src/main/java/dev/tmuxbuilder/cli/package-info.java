/**
 * The command line: a fast client of the HTTP contract that boots nothing, and {@code serve}, which
 * boots the service. It knows the contract and the machine; nothing of the service's inside may
 * enter, so that the same program can talk to a service elsewhere.
 */
@NullMarked
package dev.tmuxbuilder.cli;

import org.jspecify.annotations.NullMarked;
