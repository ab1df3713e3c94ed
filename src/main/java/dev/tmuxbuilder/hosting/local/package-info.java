/**
 * The host on this machine: immutable releases on disk, one listener for all sites, a supervised
 * process for each dynamic site.
 */
@NullMarked
package dev.tmuxbuilder.hosting.local;

import org.jspecify.annotations.NullMarked;
