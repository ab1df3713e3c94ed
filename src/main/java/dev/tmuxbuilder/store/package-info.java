/**
 * PostgreSQL: one repository a table group, SQL as text, records out. Tenant transactions start
 * here and nowhere else.
 */
@NullMarked
package dev.tmuxbuilder.store;

import org.jspecify.annotations.NullMarked;
