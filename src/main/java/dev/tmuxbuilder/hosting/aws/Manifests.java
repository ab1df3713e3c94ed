package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.hosting.SiteObject.Content;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;

/** Manifests as they lie in a bucket. */
final class Manifests {
  private Manifests() {}

  /** After this the release can be shown. */
  @CheckReturnValue
  static Uni<Void> seal(ObjectStore store, String stage, Manifest manifest) {
    byte[] json = Json.bytes(manifest);
    return store.write(
        stage,
        Keys.manifest(manifest.artifactSha256()),
        new Content.Made(json),
        new Form(Json.sha256(json), json.length, "application/json", "no-store", ""));
  }

  @CheckReturnValue
  static Uni<Manifest> read(ObjectStore store, String stage, String artifactSha256) {
    return store.read(stage, Keys.manifest(artifactSha256)).map(Manifests::parse);
  }

  static Manifest parse(byte[] json) {
    return Json.read(new String(json, StandardCharsets.UTF_8), Manifest.class);
  }
}
