/**
 * What sites cost: by the estimates of their receipts, and by the hosts' own bills, which are read
 * from time to time by one of the nodes; and what a tenant may spend. What a host charges and how
 * it is asked is the host's.
 */
@NullMarked
package dev.tmuxbuilder.costs;

import org.jspecify.annotations.NullMarked;
