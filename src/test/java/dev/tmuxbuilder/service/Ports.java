package dev.tmuxbuilder.service;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for servers that tests start. They lie below those that the system gives to connections,
 * and each of the processes that test at the same time has a part of its own, those of several
 * clones too ({@code -Dtests.clone=1} and so on): so a port that was free is still free when its
 * server takes it.
 */
public final class Ports {
  private static final int LOWEST = 10_000;
  private static final int PART = 1_100;
  private static final int PARTS = 20;
  private static final int FORKS = 2;
  private static final int MINE =
      LOWEST
          + PART
              * ((FORKS * Integer.getInteger("tmuxbuilder.test.clone", 0)
                      + Integer.getInteger("tmuxbuilder.test.fork", PARTS)
                      - 1)
                  % PARTS);
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(PART));

  private Ports() {}

  /** A port of the loopback interface that nobody listens on, and that is given out once. */
  public static int free() {
    for (int tries = 0; tries < PART; tries++) {
      int port = MINE + Math.floorMod(NEXT.getAndIncrement(), PART);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port from " + MINE + " on");
  }

  private static boolean isFree(int port) {
    try (ServerSocket loopback = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return loopback.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
