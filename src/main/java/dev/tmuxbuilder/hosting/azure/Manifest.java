package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import dev.tmuxbuilder.hosting.SiteObjects;
import dev.tmuxbuilder.hosting.UrlPaths;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a release consists of. It is written last: where it is, the release is whole.
 *
 * @param objects by key
 */
@RegisterForReflection
record Manifest(String artifactSha256, Map<String, Entry> objects) {
  Manifest {
    objects = new TreeMap<>(objects);
  }

  /** As {@link Form}, in a file. */
  @RegisterForReflection
  record Entry(String sha256, long bytes, String type, String cache, String encoding) {
    static Entry of(Form form) {
      return new Entry(form.sha256(), form.bytes(), form.type(), form.cache(), form.encoding());
    }

    Form form() {
      return new Form(sha256, bytes, type, cache, encoding);
    }
  }

  static Manifest parse(byte[] json) {
    return Json.read(new String(json, StandardCharsets.UTF_8), Manifest.class);
  }

  private Optional<Form> form(String key) {
    return Optional.ofNullable(objects.get(key)).map(Entry::form);
  }

  /**
   * URL paths at which this release serves other content than {@code before}, and at which Front
   * Door or a page's reader might still be shown the old one.
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
        String path = UrlPaths.of(key);
        paths.add(path);
        if (path.endsWith("/" + SiteObjects.INDEX)) {
          paths.add(path.substring(0, path.length() - SiteObjects.INDEX.length()));
        }
      }
    }
    return paths;
  }
}
