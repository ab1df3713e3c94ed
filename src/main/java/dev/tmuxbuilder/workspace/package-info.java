/**
 * A session's folders, its git repository, and the artifact that is read from it. All paths under
 * the data directory are made here.
 */
@NullMarked
package dev.tmuxbuilder.workspace;

import org.jspecify.annotations.NullMarked;
