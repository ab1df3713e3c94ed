package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.hosting.SiteObject.Content;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.concurrent.Callable;

/** Where a cloud keeps the archives of a dynamic site's releases. */
public interface ArchiveStore {
  /** The names that begin so, of what was written last first. */
  @CheckReturnValue
  Uni<List<String>> names(String stage, String prefix);

  @CheckReturnValue
  Uni<Void> write(String stage, String name, Content content, Form form);

  /** Removes these; what is gone already is no failure. */
  @CheckReturnValue
  Uni<Void> delete(String stage, List<String> names);

  /** Does what blocks on a thread that may wait. */
  @CheckReturnValue
  <T> Uni<T> apart(String what, Callable<T> work);
}
