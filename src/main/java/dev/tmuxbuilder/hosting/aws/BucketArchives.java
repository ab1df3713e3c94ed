package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.hosting.ArchiveStore;
import dev.tmuxbuilder.hosting.SiteObject.Content;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.mutiny.Uni;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;

/** A dynamic site's archives, in its bucket. */
record BucketArchives(ObjectStore store) implements ArchiveStore {
  @Override
  public Uni<List<String>> names(String stage, String prefix) {
    return store
        .list(stage, prefix)
        .map(
            all ->
                all.stream()
                    .sorted(Comparator.comparing(ObjectStore.Listed::written).reversed())
                    .map(ObjectStore.Listed::key)
                    .toList());
  }

  @Override
  public Uni<Void> write(String stage, String name, Content content, Form form) {
    return store.write(stage, name, content, form);
  }

  @Override
  public Uni<Void> delete(String stage, List<String> names) {
    return store.delete(stage, names);
  }

  @Override
  public <T> Uni<T> apart(String what, Callable<T> work) {
    return VirtualThreads.call(what, work);
  }
}
