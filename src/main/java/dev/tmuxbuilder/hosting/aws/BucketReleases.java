package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.hosting.ReleaseStore;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.function.Supplier;

/**
 * A static site's releases, in its bucket.
 *
 * @param live asks what is shown at this moment
 */
record BucketReleases(ObjectStore store, Supplier<Uni<Live>> live) implements ReleaseStore {
  @Override
  public Uni<List<Known>> known(String stage) {
    return store
        .list(stage, Keys.MANIFESTS)
        .map(
            all ->
                all.stream()
                    .map(one -> new Known(Keys.release(one.key()), one.written()))
                    .toList());
  }

  @Override
  public Uni<List<String>> shown(String stage) {
    return live.get().map(Live::releases);
  }

  @Override
  public Uni<Void> rewrite(String stage, String release) {
    return Manifests.read(store, stage, release)
        .chain(manifest -> Manifests.seal(store, stage, manifest));
  }

  @Override
  public Uni<Void> retire(String stage, String release) {
    return store
        .copy(stage, Keys.manifest(release), Keys.mark(release))
        .chain(() -> store.delete(stage, List.of(Keys.manifest(release))));
  }

  @Override
  public Uni<List<String>> retired(String stage) {
    return store
        .list(stage, Keys.MARKS)
        .map(marks -> marks.stream().map(mark -> Keys.release(mark.key())).toList());
  }

  @Override
  public Uni<Void> unmark(String stage, String release) {
    return store.delete(stage, List.of(Keys.mark(release)));
  }

  @Override
  public Uni<List<String>> objects(String stage, String release) {
    return Manifests.read(store, stage, release).map(manifest -> manifest.keys().toList());
  }

  @Override
  public Uni<List<String>> part(String stage, String release) {
    return store
        .list(stage, Keys.object(release, ""))
        .map(all -> all.stream().map(ObjectStore.Listed::key).toList());
  }

  @Override
  public Uni<Void> delete(String stage, List<String> keys) {
    return store.delete(stage, keys);
  }
}
