package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.hosting.ArchiveStore;
import dev.tmuxbuilder.hosting.SiteObject.Content;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;

/** A dynamic site's archives, in the container that only this service reads. */
record BlobArchives(BlobStore store) implements ArchiveStore {
  @Override
  public Uni<List<String>> names(String stage, String prefix) {
    return store
        .list(stage, BlobStore.OWN, prefix)
        .map(
            all ->
                all.stream()
                    .sorted(Comparator.comparing(BlobStore.Listed::written).reversed())
                    .map(BlobStore.Listed::name)
                    .toList());
  }

  @Override
  public Uni<Void> write(String stage, String name, Content content, Form form) {
    return store.write(stage, BlobStore.OWN, name, content, form);
  }

  @Override
  public Uni<Void> delete(String stage, List<String> names) {
    return Multi.createFrom()
        .iterable(names)
        .onItem()
        .transformToUniAndConcatenate(name -> store.delete(stage, BlobStore.OWN, name))
        .collect()
        .last()
        .replaceWithVoid();
  }

  @Override
  public <T> Uni<T> apart(String what, Callable<T> work) {
    return VirtualThreads.call(what, work);
  }
}
