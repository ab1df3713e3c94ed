package dev.tmuxbuilder.hosting.aws;

import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lists that AWS gives page by page. */
final class Pages {
  private Pages() {}

  /** A page of a list. */
  record Page<T>(List<T> items, @Nullable String next) {
    Page {
      items = List.copyOf(items);
    }
  }

  /**
   * All pages together.
   *
   * @param ask for the page that begins there; for the first one with null
   */
  @CheckReturnValue
  static <T> Uni<List<T>> all(Function<@Nullable String, Uni<Page<T>>> ask) {
    return from(null, ask, new ArrayList<>());
  }

  private static <T> Uni<List<T>> from(
      @Nullable String start, Function<@Nullable String, Uni<Page<T>>> ask, List<T> before) {
    return ask.apply(start)
        .chain(
            page -> {
              before.addAll(page.items());
              String next = page.next();
              return next == null || next.isEmpty()
                  ? Uni.createFrom().item(List.copyOf(before))
                  : from(next, ask, before);
            });
  }
}
