/** HTTP in: resources, requests, answers, problems. Decides nothing. */
@NullMarked
package dev.tmuxbuilder.api;

import org.jspecify.annotations.NullMarked;
