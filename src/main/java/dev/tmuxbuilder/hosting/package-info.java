/**
 * The port to whoever serves a site: provision, tag, upload, activate, with one meaning on every
 * host. Adapters live in sub-packages and never know each other.
 */
@NullMarked
package dev.tmuxbuilder.hosting;

import org.jspecify.annotations.NullMarked;
