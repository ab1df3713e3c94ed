package dev.tmuxbuilder.hosting.local;

import io.vertx.core.Vertx;
import java.util.function.Consumer;

/** Lends an instance of Vert.x. */
final class Vertxes {
  private Vertxes() {}

  static void withVertx(Consumer<Vertx> use) {
    Vertx vertx = Vertx.vertx();
    try {
      use.accept(vertx);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
