package dev.tmuxbuilder.hosting;

import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;

/**
 * Where a cloud keeps the releases of a static site. Each has a manifest that says where its
 * objects lie: in its own part of the store, or in those of releases before it.
 */
public interface ReleaseStore {
  /**
   * A release that can be shown.
   *
   * @param written when its manifest was written last
   */
  record Known(String artifactSha256, Instant written) {}

  @CheckReturnValue
  Uni<List<Known>> known(String stage);

  /**
   * The first digits of what is shown at this moment and, as far as it is known, of that before.
   */
  @CheckReturnValue
  Uni<List<String>> shown(String stage);

  /** Writes a manifest as it is. */
  @CheckReturnValue
  Uni<Void> rewrite(String stage, String release);

  /** Makes a mark of a release's manifest: it cannot be shown any more. */
  @CheckReturnValue
  Uni<Void> retire(String stage, String release);

  /** The releases that have a mark. */
  @CheckReturnValue
  Uni<List<String>> retired(String stage);

  @CheckReturnValue
  Uni<Void> unmark(String stage, String release);

  /** The keys of the objects that a release's manifest names. */
  @CheckReturnValue
  Uni<List<String>> objects(String stage, String release);

  /** The keys of all objects in a release's part of the store. */
  @CheckReturnValue
  Uni<List<String>> part(String stage, String release);

  /** Removes objects; what is gone already is no failure. */
  @CheckReturnValue
  Uni<Void> delete(String stage, List<String> keys);
}
