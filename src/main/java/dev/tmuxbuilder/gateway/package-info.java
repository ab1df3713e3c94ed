/**
 * Between agents and models: agents come with a token of their session, the provider's key is added
 * here. What they use is metered, bounded by budgets and rates, and never read for anything else.
 */
@NullMarked
package dev.tmuxbuilder.gateway;

import org.jspecify.annotations.NullMarked;
