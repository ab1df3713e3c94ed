/**
 * Pages for people: templates filled from what the ports tell, and nothing that the HTTP contract
 * does not also give to programs. What a page does, it asks of that contract, as any other caller.
 * No SQL, no decision on who may see what: that is the api's.
 */
@NullMarked
package dev.tmuxbuilder.web;

import org.jspecify.annotations.NullMarked;
