package dev.tmuxbuilder.hosting.local;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tmuxbuilder.platform.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** The sites that this node serves, read from the disk when they are first asked for. */
@Singleton
final class LiveSites {
  private static final Duration UNKNOWN_FOR = Duration.ofSeconds(1);
  private static final int UNKNOWN_NAMES = 10_000;

  private final Path root;
  private final Executor executor =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("sites-", 0).factory());
  private final Precompressor precompressor = new Precompressor();
  private final ReleaseReader reader = new ReleaseReader(precompressor);
  private final ContentCache contents;
  private final ConcurrentMap<String, LiveSite> known = new ConcurrentHashMap<>();
  private final Cache<String, Boolean> unknown =
      Caffeine.newBuilder().expireAfterWrite(UNKNOWN_FOR).maximumSize(UNKNOWN_NAMES).build();

  @Inject
  LiveSites(Settings settings) {
    this.root = settings.dataDir().toAbsolutePath().resolve("sites");
    this.contents = new ContentCache(settings.sites().cacheBytes(), executor);
  }

  ContentCache contents() {
    return contents;
  }

  Precompressor precompressor() {
    return precompressor;
  }

  SiteDirectory directory(String name) {
    if (!SiteNames.legal(name)) {
      throw new IllegalArgumentException("not a site's name: " + name);
    }
    return new SiteDirectory(root.resolve(name));
  }

  /** The site, where this node has served it before. Never blocks. */
  Optional<LiveSite> present(String name) {
    return Optional.ofNullable(known.get(name));
  }

  /** Whether a look at the disk found, a moment ago, that there is no such site. */
  boolean unknown(String name) {
    return unknown.getIfPresent(name) != null;
  }

  /** Looks on the disk, on another thread. Empty where there is no such site. */
  CompletableFuture<Optional<LiveSite>> load(String name) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return open(name);
          } catch (IOException unreadable) {
            throw new CompletionException(unreadable);
          }
        },
        executor);
  }

  /** Looks on the disk. Blocks. */
  Optional<LiveSite> open(String name) throws IOException {
    LiveSite here = known.get(name);
    if (here != null) {
      return Optional.of(here);
    }
    SiteDirectory directory = directory(name);
    if (directory.record().isEmpty()) {
      unknown.put(name, Boolean.TRUE);
      return Optional.empty();
    }
    LiveSite fresh = new LiveSite(directory, reader, executor);
    fresh.refresh();
    LiveSite other = known.putIfAbsent(name, fresh);
    return Optional.of(other == null ? fresh : other);
  }

  /** A site was made: whoever asked for it too early may ask again now. */
  void appeared(String name) {
    unknown.invalidate(name);
  }

  /** A site is served no more. */
  void forget(String name) {
    known.remove(name);
  }
}
