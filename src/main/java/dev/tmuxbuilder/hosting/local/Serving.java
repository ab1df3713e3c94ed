package dev.tmuxbuilder.hosting.local;

/** What a site's name leads to at one moment. Immutable: a request uses one from begin to end. */
sealed interface Serving {

  /** The site has its place, and no release yet. */
  record Nothing() implements Serving {}

  /**
   * The files of a release.
   *
   * @param since when the release went live; a rollback is a change too, so this and not the files'
   *     own time is what callers may have seen
   */
  record Pages(Release release, HttpDate since) implements Serving {}
}
