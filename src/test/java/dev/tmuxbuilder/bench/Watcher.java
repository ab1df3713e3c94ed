package dev.tmuxbuilder.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One of a {@link Swarm}. Its figures may be read from any thread, and are about right. */
public final class Watcher {
  private static final long COMES_BACK_AFTER_MS = 100;

  private final Swarm swarm;
  private final InetSocketAddress from;
  private final String path;
  private final String token;
  private final Swarm.Listener listener;
  private InetSocketAddress node;
  private SocketChannel channel;
  private SseReader reader;
  private boolean reads = true;
  private boolean left;
  private volatile long last;
  private volatile boolean greeted;
  private volatile boolean ended;
  private volatile int wrong;
  private volatile int cut;
  private volatile String refused = "";

  Watcher(
      Swarm swarm,
      InetSocketAddress from,
      InetSocketAddress node,
      String path,
      String token,
      long since,
      Swarm.Listener listener) {
    this.swarm = swarm;
    this.from = from;
    this.node = node;
    this.path = path;
    this.token = token;
    this.last = since;
    this.listener = listener;
  }

  /** The number of the newest event that it has. */
  public long last() {
    return last;
  }

  /** Whether the server has said something over the present line. */
  public boolean greeted() {
    return greeted;
  }

  /** Whether it was told that the stream is over. */
  public boolean ended() {
    return ended;
  }

  /** How many events did not follow on the one before. */
  public int wrong() {
    return wrong;
  }

  /** How often the line was cut, other than by itself. */
  public int cut() {
    return cut;
  }

  /** An answer other than 200; empty where there was none. */
  public String refused() {
    return refused;
  }

  /** Hangs up and comes back at once, to the same node or another. */
  public void comeBack(InetSocketAddress to) {
    greeted = false;
    swarm.in(
        () -> {
          node = to;
          hangUp();
          connect();
        });
  }

  /** Reads no more, or again. */
  public void reading(boolean wanted) {
    swarm.in(
        () -> {
          reads = wanted;
          if (channel != null && channel.isConnected()) {
            channel.keyFor(swarm.selector()).interestOps(wanted ? SelectionKey.OP_READ : 0);
          }
        });
  }

  /** Hangs up for good. */
  public void leave() {
    swarm.in(
        () -> {
          left = true;
          hangUp();
        });
  }

  void connect() {
    if (left || ended) {
      return;
    }
    reader = new SseReader(this::line);
    try {
      channel = SocketChannel.open();
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      if (!reads) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
      }
      channel.bind(from);
      channel.connect(node);
      channel.register(swarm.selector(), SelectionKey.OP_CONNECT, this);
    } catch (IOException failed) {
      lost();
    }
  }

  void ready(SelectionKey key, ByteBuffer buffer) {
    try {
      if (key.channel() != channel) {
        return; // of a line that was hung up meanwhile
      }
      if (key.isConnectable()) {
        if (!channel.finishConnect()) {
          return;
        }
        ask();
        key.interestOps(reads ? SelectionKey.OP_READ : 0);
      } else if (key.isReadable()) {
        buffer.clear();
        if (channel.read(buffer) < 0) {
          lost();
          return;
        }
        long now = System.nanoTime();
        buffer.flip();
        reader.read(buffer, now);
        if (ended) {
          hangUp();
        }
      }
    } catch (IOException failed) {
      lost();
    }
  }

  private void ask() throws IOException {
    String request =
        "GET "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nAuthorization: Bearer "
            + token
            + "\r\nLast-Event-ID: "
            + last
            + "\r\n\r\n";
    channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
  }

  private void line(SseReader.Said said) {
    switch (said) {
      case SseReader.Said.Refused answer -> refused = answer.status();
      case SseReader.Said.Comment ignored -> greeted = true;
      case SseReader.Said.End ignored -> ended = true;
      case SseReader.Said.Event event -> {
        greeted = true;
        if (event.seq() != last + 1) {
          wrong++;
        }
        last = event.seq();
        listener.got(event.seq(), event.nanos());
      }
    }
  }

  private void lost() {
    hangUp();
    if (!left && !ended) {
      cut++;
      swarm.later(this::connect, COMES_BACK_AFTER_MS);
    }
  }

  private void hangUp() {
    greeted = false;
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }
}
