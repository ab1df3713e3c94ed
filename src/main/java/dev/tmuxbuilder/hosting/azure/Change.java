package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.hosting.SiteObject.Content;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The note of the last change of the route.
 *
 * @param before the release that was shown before it; empty where there was none
 * @param done whether Front Door shows and keeps nothing of before any more; who wrote notes for
 *     unfinished changes alone does not say
 */
@RegisterForReflection
record Change(String to, @Nullable String before, @Nullable Boolean done) {
  @CheckReturnValue
  static Uni<Optional<Change>> read(BlobStore store, String stage) {
    return store
        .read(stage, BlobStore.OWN, Keys.CHANGE)
        .map(
            found ->
                found.map(
                    json -> Json.read(new String(json, StandardCharsets.UTF_8), Change.class)));
  }

  @CheckReturnValue
  Uni<Void> write(BlobStore store, String stage) {
    byte[] words = Json.bytes(this);
    return store.write(
        stage,
        BlobStore.OWN,
        Keys.CHANGE,
        new Content.Made(words),
        new Form(Json.sha256(words), words.length, "application/json", "no-store", ""));
  }

  boolean finished() {
    return Boolean.TRUE.equals(done);
  }

  String previous() {
    return Objects.requireNonNullElse(before, "");
  }

  /** All that it speaks of. */
  List<String> releases() {
    return Stream.of(to, previous()).filter(release -> !release.isEmpty()).toList();
  }
}
