package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.hosting.ReleaseStore;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A static site's releases, in its account: manifests and marks in the container that only this
 * service reads, objects in the website's.
 *
 * @param live asks which release the route leads to; empty where it leads to none
 */
record BlobReleases(BlobStore store, int concurrency, Supplier<Uni<String>> live)
    implements ReleaseStore {
  @Override
  public Uni<List<Known>> known(String stage) {
    return store
        .list(stage, BlobStore.OWN, Keys.MANIFESTS)
        .map(
            all ->
                all.stream()
                    .map(one -> new Known(Keys.releaseOf(one.name()), one.written()))
                    .toList());
  }

  /** The note may be of a change that came to nothing. */
  @Override
  public Uni<List<String>> shown(String stage) {
    return Uni.combine()
        .all()
        .unis(live.get(), Change.read(store, stage))
        .with(
            (now, change) ->
                Stream.concat(
                        Stream.of(now).filter(release -> !release.isEmpty()),
                        change.map(Change::releases).stream().flatMap(List::stream))
                    .distinct()
                    .toList());
  }

  @Override
  public Uni<Void> rewrite(String stage, String release) {
    return read(stage, release).chain(manifest -> Manifest.seal(store, stage, manifest));
  }

  private Uni<Manifest> read(String stage, String release) {
    return store
        .read(stage, BlobStore.OWN, Keys.manifest(release))
        .map(found -> found.map(Manifest::parse))
        .map(Optional::orElseThrow);
  }

  @Override
  public Uni<Void> retire(String stage, String release) {
    return store
        .copy(stage, BlobStore.OWN, Keys.manifest(release), Keys.mark(release), 0)
        .chain(() -> store.delete(stage, BlobStore.OWN, Keys.manifest(release)));
  }

  @Override
  public Uni<List<String>> retired(String stage) {
    return store
        .list(stage, BlobStore.OWN, Keys.MARKS)
        .map(marks -> marks.stream().map(mark -> Keys.releaseOf(mark.name())).toList());
  }

  @Override
  public Uni<Void> unmark(String stage, String release) {
    return store.delete(stage, BlobStore.OWN, Keys.mark(release));
  }

  @Override
  public Uni<List<String>> objects(String stage, String release) {
    return read(stage, release).map(manifest -> manifest.blobs().toList());
  }

  @Override
  public Uni<List<String>> part(String stage, String release) {
    return store
        .list(stage, BlobStore.WEB, Keys.blob(release, ""))
        .map(all -> all.stream().map(BlobStore.Listed::name).toList());
  }

  @Override
  public Uni<Void> delete(String stage, List<String> keys) {
    return Multi.createFrom()
        .iterable(keys)
        .onItem()
        .transformToUni(key -> store.delete(stage, BlobStore.WEB, key))
        .merge(concurrency)
        .collect()
        .last()
        .replaceWithVoid();
  }
}
