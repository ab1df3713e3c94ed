package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.hosting.SiteObject.Form;
import dev.tmuxbuilder.hosting.SiteObjects;
import dev.tmuxbuilder.hosting.UrlPaths;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a release consists of, and in whose part of the bucket each object lies. It is written last:
 * where it is, the release is whole.
 *
 * @param base the release from whose part most objects come
 * @param objects by key
 * @param gone keys in the base's part that this release does not have
 */
@RegisterForReflection
record Manifest(String artifactSha256, String base, Map<String, Entry> objects, List<String> gone) {
  Manifest {
    objects = new TreeMap<>(objects);
    gone = List.copyOf(gone);
  }

  /**
   * @param in the release whose part of the bucket holds the object
   */
  @RegisterForReflection
  record Entry(String sha256, long bytes, String type, String cache, String encoding, String in) {
    static Entry of(Form form, String in) {
      return new Entry(form.sha256(), form.bytes(), form.type(), form.cache(), form.encoding(), in);
    }

    Form form() {
      return new Form(sha256, bytes, type, cache, encoding);
    }
  }

  private Optional<Form> form(String key) {
    return Optional.ofNullable(objects.get(key)).map(Entry::form);
  }

  /** Where in the bucket its objects lie. */
  Stream<String> keys() {
    return objects.entrySet().stream()
        .map(object -> Keys.object(object.getValue().in(), object.getKey()));
  }

  /** Keys that do not come from the base, with the release that they come from. */
  Map<String, String> elsewhere() {
    Map<String, String> elsewhere = new TreeMap<>();
    objects.forEach(
        (key, entry) -> {
          if (!entry.in().equals(base)) {
            elsewhere.put(key, entry.in());
          }
        });
    return elsewhere;
  }

  /**
   * URL paths at which this release serves other content than {@code before}, and at which
   * CloudFront or a page's reader might still be shown the old one.
   */
  List<String> changedPaths(Manifest before) {
    Set<String> keys = new TreeSet<>(objects.keySet());
    keys.addAll(before.objects.keySet());
    List<String> paths = new ArrayList<>();
    for (String key : keys) {
      Optional<Form> now = form(key);
      Optional<Form> then = before.form(key);
      boolean shown =
          Stream.of(now, then).flatMap(Optional::stream).anyMatch(f -> f.html() || f.kept());
      if (shown && !now.equals(then)) {
        paths.add(UrlPaths.of(key));
        if (key.equals(SiteObjects.INDEX)) {
          paths.add("/");
        }
      }
    }
    return paths;
  }
}
