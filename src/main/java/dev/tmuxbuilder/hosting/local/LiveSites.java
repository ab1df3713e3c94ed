package dev.tmuxbuilder.hosting.local;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.hosting.AllowedHosts;
import dev.tmuxbuilder.hosting.Environments;
import dev.tmuxbuilder.isolation.Sandbox;
import dev.tmuxbuilder.platform.LostAndFound;
import dev.tmuxbuilder.platform.Settings;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The sites that this node serves, read from the disk when they are first asked for. */
@Singleton
final class LiveSites {
  private static final Logger LOG = Logger.getLogger(LiveSites.class);
  private static final Duration UNKNOWN_FOR = Duration.ofSeconds(1);
  private static final int UNKNOWN_NAMES = 10_000;

  /** Node.js takes a core for a while when it starts. */
  private static final int STARTS_AT_A_TIME = 2;

  private final Path root;
  private final Executor executor =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("sites-", 0).factory());
  private final Precompressor precompressor = new Precompressor();
  private final ReleaseReader reader = new ReleaseReader(precompressor);
  private final ProgramRunner runner;
  private final ContentCache contents;
  private final ConcurrentMap<String, LiveSite> known = new ConcurrentHashMap<>();
  private final Cache<String, Boolean> unknown =
      Caffeine.newBuilder().expireAfterWrite(UNKNOWN_FOR).maximumSize(UNKNOWN_NAMES).build();
  private final Semaphore turns = new Semaphore(STARTS_AT_A_TIME);
  private volatile boolean stopped;

  @Inject
  LiveSites(
      Vertx vertx,
      Settings settings,
      Sandbox sandbox,
      Environments environments,
      AllowedHosts hosts) {
    this.root = settings.dataDir().toAbsolutePath().resolve("sites");
    this.runner = new ProgramRunner(vertx, settings.sites(), sandbox, environments, hosts);
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
    LiveSite site = known.get(name);
    if (site == null || !site.loaded()) {
      return Optional.empty();
    }
    if (site.closed()) {
      known.remove(name, site);
      return Optional.empty();
    }
    return Optional.of(site);
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
          } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new CompletionException(stop);
          }
        },
        executor);
  }

  /** Looks on the disk, and starts a dynamic site's process. Blocks until it answers. */
  Optional<LiveSite> open(String name) throws IOException, InterruptedException {
    Optional<LiveSite> site = known(name);
    if (site.isPresent()) {
      site.get().ensureLoaded();
    }
    return site;
  }

  /** The site, which may not have been read yet. Blocks for a look at the disk. */
  Optional<LiveSite> known(String name) throws IOException {
    LiveSite here = known.get(name);
    if (here != null && !here.closed()) {
      return Optional.of(here);
    }
    SiteDirectory directory = directory(name);
    if (stopped || directory.record().isEmpty()) {
      unknown.put(name, Boolean.TRUE);
      return Optional.empty();
    }
    return Optional.of(
        known.compute(
            name,
            (same, other) ->
                other == null || (other.closed() && directory.exists())
                    ? new LiveSite(directory, reader, runner, executor)
                    : other));
  }

  /** A site was made: whoever asked for it too early may ask again now. */
  void appeared(String name) {
    unknown.invalidate(name);
  }

  /** Ends what this node serves of a site, removes the site's files, and forgets it. Blocks. */
  void remove(String name, Duration grace) throws IOException {
    SiteDirectory directory = directory(name);
    directory.forgetRecord(); // so that no request brings the site up again
    LiveSite site = known.get(name);
    if (site != null) {
      site.close(grace);
    }
    DurableFiles.deleteTree(directory.root());
    if (site != null) {
      known.remove(name, site);
    }
  }

  /** Starts the processes of all dynamic sites that were live, a few at a time. Returns at once. */
  void startPrograms() {
    executor.execute(
        () -> {
          try {
            startPrograms(dynamicSites());
          } catch (IOException unreadable) {
            LOG.warnf("cannot list the sites: %s", unreadable.getMessage());
          }
        });
  }

  private void startPrograms(List<String> names) {
    executor.execute(
        () -> {
          try {
            for (String name : names) {
              turns.acquire();
              load(name)
                  .whenComplete(
                      (site, failure) -> {
                        turns.release();
                        if (failure != null) {
                          LOG.warnf(failure, "site %s was not started again", name);
                        }
                      });
            }
          } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** Begins to start the processes of live dynamic sites that have none here; gives their names. */
  List<String> startMissing() throws IOException {
    if (stopped || turns.availablePermits() < STARTS_AT_A_TIME) {
      return List.of();
    }
    List<String> missing =
        dynamicSites().stream().filter(name -> !known.containsKey(name)).toList();
    startPrograms(missing);
    return missing;
  }

  /** All folders of sites. */
  List<Path> folders() throws IOException {
    return LostAndFound.foldersIn(root);
  }

  /** Ends what this node serves of a site, and puts its files away. Blocks. */
  void takeOff(String name, LostAndFound lost) throws IOException {
    LiveSite site = known.remove(name);
    if (site != null) {
      site.close(Duration.ZERO);
    }
    lost.keep(root.resolve(name));
  }

  private List<String> dynamicSites() throws IOException {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> directories = Files.list(root)) {
      return directories
          .map(directory -> directory.getFileName().toString())
          .filter(SiteNames::legal)
          .filter(this::hasProgram)
          .toList();
    }
  }

  private boolean hasProgram(String name) {
    SiteDirectory directory = directory(name);
    try {
      return directory.record().map(site -> site.type() == SiteType.DYNAMIC).orElse(false)
          && directory.current().isPresent();
    } catch (IOException unreadable) {
      LOG.warnf("cannot read site %s: %s", name, unreadable.getMessage());
      return false;
    }
  }

  /** Looks whether another node switched or destroyed a site whose process runs here. */
  void lookAfterPrograms() {
    known.values().stream().filter(LiveSite::runsProgram).forEach(LiveSite::serving);
  }

  /** Ends all processes of sites, side by side. Blocks up to the grace; nothing starts again. */
  void stopPrograms(Duration grace) {
    stopped = true;
    List<CompletableFuture<Void>> ends =
        known.values().stream()
            .map(site -> CompletableFuture.runAsync(() -> site.close(grace), executor))
            .toList();
    ends.forEach(CompletableFuture::join);
    runner.close();
  }
}
