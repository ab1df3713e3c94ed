/**
 * The walls around programs that the service starts and does not trust: agents, builds, sites'
 * servers. What this machine can give is found out once; what it cannot is said. Nothing here knows
 * what the programs are for.
 */
@NullMarked
package dev.tmuxbuilder.isolation;

import org.jspecify.annotations.NullMarked;
