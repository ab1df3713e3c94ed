package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.hosting.Host;
import dev.tmuxbuilder.hosting.Place;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.TestSites;
import dev.tmuxbuilder.hosting.Visitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** This machine. */
public final class LocalPlace implements Place {
  private final Path data;
  private final SiteType type;
  private final LocalSites sites;

  /**
   * @param earlier releases that are kept besides the live one
   */
  public LocalPlace(Path directory, SiteType type, int earlier) {
    this.data = directory.resolve("data");
    this.type = type;
    try {
      this.sites =
          new LocalSites(data, Map.of("tmuxbuilder.sites.releases", Integer.toString(earlier)));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public Host host() {
    return sites.host;
  }

  @Override
  public Site site() {
    Site site = TestSites.site(type);
    Path session = data.resolve("sessions").resolve(site.name());
    return new Site(
        site.execution(),
        site.tenant(),
        site.name(),
        type,
        session.resolve("logs"),
        session.resolve("state"),
        site.tags(),
        site.lease());
  }

  @Override
  public String ask(URI url, String method, String path) {
    try {
      return Visitor.ask(sites.port(), url.getAuthority(), method, path);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public List<String> everything() {
    Path places = data.resolve("sites");
    if (!Files.exists(places)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(places)) {
      return all.map(Path::toString).sorted().toList();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Nobody is called: tags are in the site's own record. */
  @Override
  public List<String> creations() {
    return List.of();
  }

  @Override
  public int taggedThings() {
    return 0;
  }

  @Override
  public void close() {
    try {
      sites.close();
    } catch (Exception failed) { // as it is declared
      throw new IllegalStateException(failed);
    }
  }
}
