package dev.tmuxbuilder.brief;

/**
 * A link of the brief as a visitor finds it on the site.
 *
 * @param text what is to be read, white space collapsed; never blank
 * @param target {@code http:}, {@code https:}, {@code mailto:} or {@code tel:} in normal form, or,
 *     for a place on the site itself, a path from its root such as {@code /menu/#bread}. Resolved
 *     against the site's URL it equals the resolved {@code href} on the page.
 */
public record Link(String text, String target) {}
