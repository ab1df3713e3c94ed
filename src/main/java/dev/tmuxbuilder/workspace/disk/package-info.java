/** Workspaces as folders on a disk, with git as the memory of the source. */
@NullMarked
package dev.tmuxbuilder.workspace.disk;

import org.jspecify.annotations.NullMarked;
