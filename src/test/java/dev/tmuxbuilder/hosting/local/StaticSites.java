package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.execution.SiteType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Opens the listener to measurements. */
public final class StaticSites {
  private StaticSites() {}

  /** Serves {@code source} as the site {@code bench} until the process ends. */
  @SuppressWarnings("resource") // the process's end closes it
  public static void serve(Path data, Path source, int port) throws IOException {
    LocalSites sites =
        new LocalSites(data, Map.of("tmuxbuilder.sites.port", Integer.toString(port)));
    sites.deploy("bench", SiteType.STATIC, Artifacts.read(source));
  }
}
