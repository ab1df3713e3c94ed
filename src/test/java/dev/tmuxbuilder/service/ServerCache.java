package dev.tmuxbuilder.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Classes of the packaged service, loaded and linked ahead of time (JEP 483): tests start it some
 * hundred times, and each start takes half of what it takes without. Made by the first process that
 * needs it, and again where the package is newer.
 */
final class ServerCache {
  private static final Path APP = Path.of(System.getProperty("tmuxbuilder.test.app"));
  private static final Path FILE = Path.of("target", "test-server.aot").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final ReentrantLock MAKING = new ReentrantLock();

  private ServerCache() {}

  /** Options of the JVM that use the cache. */
  static List<String> use() {
    MAKING.lock();
    try {
      if (!isFresh()) {
        makeOnce();
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } finally {
      MAKING.unlock();
    }
    return List.of("-XX:AOTCache=" + FILE, "-Xlog:aot*=off", "-Xlog:cds*=off");
  }

  private static void makeOnce() throws IOException {
    Path lock = FILE.resolveSibling("test-server.aot.lock");
    try (FileChannel file =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock mine = file.lock()) {
      if (!isFresh()) {
        Files.deleteIfExists(FILE);
        train();
      }
    }
  }

  private static boolean isFresh() throws IOException {
    return Files.exists(FILE)
        && Files.getLastModifiedTime(FILE).compareTo(Files.getLastModifiedTime(APP)) >= 0;
  }

  /** The cache is written when the service that was watched ends. */
  private static void train() throws IOException {
    Path folder = Files.createTempDirectory("test-server");
    try (ServerProcess server =
        new ServerProcess(folder.resolve("data"), List.of("-XX:AOTCacheOutput=" + FILE))) {
      server.start();
      server.operator().get("/q/openapi");
      server.stop(PATIENCE);
    }
    try (Stream<Path> made = Files.walk(folder)) {
      made.sorted(Comparator.reverseOrder()).forEach(one -> one.toFile().delete());
    }
  }
}
