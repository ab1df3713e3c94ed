/**
 * The skills and helpers that an agent may be given: what an item is, how a library of them is read
 * and judged, and which of them a session needs. No framework, so that the command line uses it as
 * the service does; giving a session its items is in {@code library.session}.
 */
@NullMarked
package dev.tmuxbuilder.library;

import org.jspecify.annotations.NullMarked;
