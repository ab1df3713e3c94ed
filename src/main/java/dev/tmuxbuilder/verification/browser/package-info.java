/** Proof by a real Chromium, driven through Playwright. */
@NullMarked
package dev.tmuxbuilder.verification.browser;

import org.jspecify.annotations.NullMarked;
