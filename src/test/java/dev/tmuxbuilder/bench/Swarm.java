package dev.tmuxbuilder.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Thousands of watchers in one thread, over plain sockets. Each checks that what it gets follows on
 * what it has, and comes back with its last number where the line is cut.
 */
public final class Swarm implements AutoCloseable {
  private final Selector selector = open();
  private final Queue<Runnable> wishes = new ConcurrentLinkedQueue<>();
  private final ByteBuffer read = ByteBuffer.allocateDirect(256 * 1024);
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private final Thread thread = new Thread(this::work, "swarm");
  private volatile boolean closed;

  public Swarm() {
    thread.start();
  }

  private static Selector open() {
    try {
      return Selector.open();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Hears of each event in the swarm's thread. */
  public interface Listener {
    /**
     * @param nanos {@link System#nanoTime()} when the bytes were read
     */
    void got(long seq, long nanos);
  }

  /** Connects a new watcher, who comes back until it has seen the stream's end. */
  public Watcher watch(
      InetSocketAddress from,
      InetSocketAddress node,
      String path,
      String token,
      long since,
      Listener listener) {
    Watcher watcher = new Watcher(this, from, node, path, token, since, listener);
    in(watcher::connect);
    return watcher;
  }

  void in(Runnable wish) {
    wishes.add(wish);
    selector.wakeup();
  }

  void later(Runnable wish, long millis) {
    if (!closed) {
      later.schedule(() -> in(wish), millis, TimeUnit.MILLISECONDS);
    }
  }

  Selector selector() {
    return selector;
  }

  private void work() {
    try {
      while (!closed) {
        selector.select(100);
        for (Runnable wish = wishes.poll(); wish != null; wish = wishes.poll()) {
          wish.run();
        }
        Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
        while (keys.hasNext()) {
          SelectionKey key = keys.next();
          keys.remove();
          if (key.isValid()) {
            ((Watcher) key.attachment()).ready(key, read);
          }
        }
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public void close() {
    later.shutdownNow();
    closed = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
