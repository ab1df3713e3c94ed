package dev.tmuxbuilder.bench;

import dev.tmuxbuilder.hosting.local.StaticSites;
import java.nio.file.Path;

/** Serves a directory as the site {@code bench} for measurements: DATA-DIR SOURCE PORT. */
public final class StaticServer {
  private StaticServer() {}

  public static void main(String[] arguments) throws Exception {
    StaticSites.serve(Path.of(arguments[0]), Path.of(arguments[1]), Integer.parseInt(arguments[2]));
    Thread.currentThread().join();
  }
}
