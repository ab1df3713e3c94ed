package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Json;
import java.nio.charset.StandardCharsets;

/** Manifests as they lie in a bucket. */
final class Manifests {
  private Manifests() {}

  static byte[] bytes(Manifest manifest) {
    return Json.bytes(manifest);
  }

  static Manifest parse(byte[] json) {
    return Json.read(new String(json, StandardCharsets.UTF_8), Manifest.class);
  }
}
