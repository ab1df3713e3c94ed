/**
 * What sites are given that nobody else may read: their environments, sealed with a key for each
 * site, which a master key wraps; and what takes such values out of whatever is told. Values are in
 * the clear in memory alone. HTTP, SQL and processes are elsewhere.
 */
@NullMarked
package dev.tmuxbuilder.secrets;

import org.jspecify.annotations.NullMarked;
