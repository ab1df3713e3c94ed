/** Proof of the proof: real sites with one defect each, and a real Chromium. */
@NullMarked
package dev.tmuxbuilder.verification.browser;

import org.jspecify.annotations.NullMarked;
