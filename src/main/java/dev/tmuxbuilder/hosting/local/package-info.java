/**
 * The host on this machine: immutable releases on disk, one listener for all sites, a supervised
 * process for each dynamic site. Read it from {@link LocalHost} (what the pipeline asks for) or
 * from {@link SiteRouter} (what a visitor asks for); both meet in {@link LiveSites}. What must not
 * be here: other hosts, the journal, the database, and any path that was built from a request.
 */
@NullMarked
package dev.tmuxbuilder.hosting.local;

import org.jspecify.annotations.NullMarked;
