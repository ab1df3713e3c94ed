package dev.tmuxbuilder.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for servers that tests start. They lie below those that the system gives to connections,
 * and each of the processes that test on this machine at the same time holds a part of its own, by
 * the lock of a file: so a port that was free is still free when its server takes it, and when the
 * server comes back to it.
 */
public final class Ports {
  private static final int LOWEST = 10_000;
  private static final int PART = 1_100;
  private static final int PARTS = 20;
  private static final Part MINE = Part.firstFree();
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(PART));

  private Ports() {}

  /** A port of the loopback interface that nobody listens on, and that is given out once. */
  public static int free() {
    for (int tries = 0; tries < PART; tries++) {
      int port = MINE.lowest() + Math.floorMod(NEXT.getAndIncrement(), PART);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port from " + MINE.lowest() + " on");
  }

  private static boolean isFree(int port) {
    try (ServerSocket loopback = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return loopback.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  /** A part of the ports; its lock is held until this process ends. */
  private record Part(int lowest, FileLock lock) {
    static Part firstFree() {
      try {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"), "tmux-builder-test-ports");
        Files.createDirectories(folder);
        for (int part = 0; part < PARTS; part++) {
          FileChannel file =
              FileChannel.open(
                  folder.resolve("part-" + part),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = file.tryLock();
          if (lock != null) {
            return new Part(LOWEST + PART * part, lock);
          }
          file.close();
        }
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
      throw new IllegalStateException(PARTS + " processes test on this machine already");
    }
  }
}
