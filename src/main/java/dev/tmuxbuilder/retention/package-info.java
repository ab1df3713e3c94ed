/**
 * What is not kept for ever: says from time to time, on one node, what the policy does not keep,
 * and counts what went. Removing is done by the rooms that own it.
 */
@NullMarked
package dev.tmuxbuilder.retention;

import org.jspecify.annotations.NullMarked;
