package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.isolation.Prepared;
import dev.tmuxbuilder.platform.Processes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** One running process of a dynamic site, and the requests that it is working on. */
final class SiteProcess {
  private final Process process;
  private final int port;
  private final Prepared prepared;
  private final OutputLog output;
  private final Thread pump;
  private final AtomicInteger underWay = new AtomicInteger();

  private SiteProcess(Process process, int port, Prepared prepared, OutputLog output) {
    this.process = process;
    this.port = port;
    this.prepared = prepared;
    this.output = output;
    this.pump = output.follow(process.getInputStream());
    process.onExit().thenRun(() -> Thread.startVirtualThread(prepared::close));
  }

  /** Starts the program; it is not ready yet. Blocks for the time of a fork. */
  static SiteProcess start(SiteSandbox sandbox, Launch launch, OutputLog output)
      throws IOException, InterruptedException {
    Prepared prepared = sandbox.prepare(launch);
    boolean started = false;
    try {
      Process process = prepared.start(true);
      started = true;
      process.getOutputStream().close();
      return new SiteProcess(process, launch.port(), prepared, output);
    } finally {
      if (!started) {
        prepared.close();
      }
    }
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  OutputLog output() {
    return output;
  }

  /** A request begins; each is followed by one {@link #leave}. */
  void enter() {
    underWay.incrementAndGet();
  }

  void leave() {
    underWay.decrementAndGet();
  }

  boolean idle() {
    return underWay.get() <= 0;
  }

  /** Waits for the end of the process, and of what it had to say. */
  int awaitExit() throws InterruptedException {
    int code = process.waitFor();
    pump.join(TimeUnit.SECONDS.toMillis(1));
    return code;
  }

  /** Asks the process to end, then ends it. When this returns, nothing of it runs. Blocks. */
  void stop(Duration grace) {
    List<ProcessHandle> ended = new ArrayList<>(below());
    boolean interrupted = false;
    try {
      prepared.askToEnd(process.toHandle());
      if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        ended.addAll(kill()); // among them what it started meanwhile
      }
    } catch (InterruptedException hurry) {
      interrupted = true;
    }
    ended.addAll(kill());
    process.onExit().join();
    ended.forEach(Processes::awaitEnd); // a killed process is still there while it ends
    prepared.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private List<ProcessHandle> below() {
    try (Stream<ProcessHandle> descendants = process.descendants()) {
      return descendants.toList();
    }
  }

  /** Ends the process and all that it started, at once; says what that was. */
  List<ProcessHandle> kill() {
    return Processes.kill(process.toHandle());
  }
}
