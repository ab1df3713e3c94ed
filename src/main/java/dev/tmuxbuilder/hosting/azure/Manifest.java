package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.hosting.SiteObject.Content;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import dev.tmuxbuilder.hosting.SiteObjects;
import dev.tmuxbuilder.hosting.UrlPaths;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
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
 * What a release consists of, and in whose part of the account each object lies: in the release's
 * own or in its base's. It is written last: where it is, all of the release is there.
 *
 * @param base the release from whose part the other objects come; its own digest where it is whole
 * @param objects by key
 * @param gone keys that the base's part may have and this release does not
 */
@RegisterForReflection
record Manifest(String artifactSha256, String base, Map<String, Entry> objects, List<String> gone) {
  Manifest {
    objects = new TreeMap<>(objects);
    gone = List.copyOf(gone);
  }

  /**
   * @param in the release whose part of the account holds the object
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

  static Manifest parse(byte[] json) {
    return Json.read(new String(json, StandardCharsets.UTF_8), Manifest.class);
  }

  /** After this the release can be shown. */
  @CheckReturnValue
  static Uni<Void> seal(BlobStore store, String stage, Manifest manifest) {
    byte[] json = Json.bytes(manifest);
    return store.write(
        stage,
        BlobStore.OWN,
        Keys.manifest(manifest.artifactSha256()),
        new Content.Made(json),
        new Form(Json.sha256(json), json.length, "application/json", "no-store", ""));
  }

  /** Where in the website's container its objects lie. */
  Stream<String> blobs() {
    return objects.entrySet().stream()
        .map(object -> Keys.blob(object.getValue().in(), object.getKey()));
  }

  /** Whether all of its objects lie in its own part. */
  boolean whole() {
    return base.equals(artifactSha256);
  }

  /** Keys of a release that is not whole, as far as the objects lie in its own part. */
  List<String> own() {
    return objects.entrySet().stream()
        .filter(object -> object.getValue().in().equals(artifactSha256))
        .map(Map.Entry::getKey)
        .toList();
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
