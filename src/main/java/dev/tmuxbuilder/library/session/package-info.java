/** Gives sessions their skills and helpers: finds the libraries, chooses, and writes files. */
@NullMarked
package dev.tmuxbuilder.library.session;

import org.jspecify.annotations.NullMarked;
