/**
 * The port to whoever makes a site from a wish. Adapters live in sub-packages and never know each
 * other; a claim of an agent is never taken as proof.
 */
@NullMarked
package dev.tmuxbuilder.agent;

import org.jspecify.annotations.NullMarked;
