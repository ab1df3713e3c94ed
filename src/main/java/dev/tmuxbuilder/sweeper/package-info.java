/**
 * Resources on hosts that belong to no session, or do not say to which: found by one of the nodes
 * from time to time, told, and removed only when somebody says so. Looking and removing is done by
 * the hosts.
 */
@NullMarked
package dev.tmuxbuilder.sweeper;

import org.jspecify.annotations.NullMarked;
