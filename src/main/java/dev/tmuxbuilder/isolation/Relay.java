package dev.tmuxbuilder.isolation;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Carries every connection that comes to one address on to somewhere else, on virtual threads. */
final class Relay implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Relay.class.getName());
  private static final int AT_A_TIME = 1024;
  private static final int BUFFER = 16 << 10;

  private final ServerSocketChannel listener;
  private final Far far;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  /** Where a connection leads. */
  @FunctionalInterface
  interface Far {
    /**
     * The other end. Blocks.
     *
     * @throws IOException where there is none; the near end is closed then
     */
    SocketChannel reach(SocketChannel near) throws IOException;
  }

  private Relay(ServerSocketChannel listener, Far far) {
    this.listener = listener;
    this.far = far;
  }

  static Relay between(SocketAddress from, SocketAddress to) throws IOException {
    return between(from, (Far) near -> connected(to));
  }

  private static SocketChannel connected(SocketAddress target) throws IOException {
    SocketChannel channel = SocketChannel.open(family(target));
    try {
      channel.connect(target);
      return channel;
    } catch (IOException unreachable) {
      channel.close();
      throw unreachable;
    }
  }

  static Relay between(SocketAddress from, Far to) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open(family(from));
    try {
      listener.bind(from, AT_A_TIME);
    } catch (IOException taken) {
      listener.close();
      throw taken;
    }
    Relay relay = new Relay(listener, to);
    Thread.ofVirtual().name("relay " + from).start(relay::accept);
    return relay;
  }

  private static StandardProtocolFamily family(SocketAddress address) {
    return address instanceof UnixDomainSocketAddress
        ? StandardProtocolFamily.UNIX
        : StandardProtocolFamily.INET;
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        SocketChannel near = listener.accept();
        open.add(near);
        if (open.size() > 2 * AT_A_TIME || !listener.isOpen()) {
          close(near);
        } else {
          Thread.ofVirtual().name("relay").start(() -> join(near));
        }
      } catch (AsynchronousCloseException closed) {
        return;
      } catch (IOException failed) { // too many open files, say: later there may be fewer
        LOG.log(
            System.Logger.Level.WARNING,
            "a connection to a sandbox was not taken: {0}",
            failed.getMessage());
        Thread.yield();
      }
    }
  }

  private void join(SocketChannel near) {
    try (SocketChannel other = far.reach(near)) {
      open.add(other);
      Thread back = Thread.ofVirtual().name("relay").start(() -> copy(other, near));
      copy(near, other);
      back.join();
      open.remove(other);
    } catch (IOException unreachable) { // not listening yet, or not any more
      LOG.log(
          System.Logger.Level.DEBUG, "a sandbox was not reached: {0}", unreachable.getMessage());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } finally {
      close(near);
    }
  }

  /** Until one side ends; where it breaks, both end. */
  private void copy(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException broken) {
      close(from);
      close(to);
    }
  }

  private void close(SocketChannel channel) {
    open.remove(channel);
    try {
      channel.close();
    } catch (IOException closedAnyway) {
      LOG.log(System.Logger.Level.DEBUG, "closing a connection: {0}", closedAnyway.getMessage());
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException closedAnyway) {
      LOG.log(System.Logger.Level.DEBUG, "closing a relay: {0}", closedAnyway.getMessage());
    }
    open.forEach(this::close);
  }
}
