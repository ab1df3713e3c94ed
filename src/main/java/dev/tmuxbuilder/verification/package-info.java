/**
 * The port to proof: is the right content at the URL, what do people see, does the site do what it
 * should. Knows the records of executions; how a browser is driven stays in the adapter.
 */
@NullMarked
package dev.tmuxbuilder.verification;

import org.jspecify.annotations.NullMarked;
