package dev.tmuxbuilder.isolation;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A way out of a closed network. What the program inside sees is an HTTP proxy that makes tunnels
 * (CONNECT, RFC 9110, 9.3.6) and does nothing else; each tunnel is asked for here, outside of the
 * walls, and leads to the address that the rule gives. Names are resolved on this side alone.
 */
public final class Exit {
  /** Where the program finds it, on a loopback of its own. */
  public static final int PORT = 3128;

  private static final System.Logger LOG = System.getLogger(Exit.class.getName());
  private static final int LONGEST_HEAD = 8 << 10;
  private static final Duration HEAD_DEADLINE = Duration.ofSeconds(10);
  private static final int CONNECT_MILLIS = 10_000;
  private static final Pattern CONNECT =
      Pattern.compile(
          "CONNECT ([A-Za-z0-9.-]{1,253}):(\\d{1,5}) HTTP/1\\.[01]\r\n.*", Pattern.DOTALL);
  private static final String BAD_GATEWAY = "502 Bad Gateway";
  private static final String END_OF_HEAD = "\r\n\r\n";

  private final Rule rule;

  public Exit(Rule rule) {
    this.rule = rule;
  }

  /** Where tunnels may lead. */
  @FunctionalInterface
  public interface Rule {
    /**
     * Where to connect to. Blocks.
     *
     * @param host a name as the program wrote it
     * @throws Refused with what the program is told, where it may not go there
     * @throws IOException where it may, and the place cannot be found
     */
    InetSocketAddress address(String host, int port) throws Refused, IOException;
  }

  /** A tunnel that is not made. */
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final String why;

    public Refused(String why) {
      super(why, null, false, false);
      this.why = why;
    }

    String why() {
      return why;
    }
  }

  /** What was asked for, with what came after it already. */
  private record Asked(String head, ByteBuffer rest) {}

  /**
   * Hears what a program asks for and gives the other end of its tunnel. Blocks.
   *
   * @throws IOException where there is none; the program has been told
   */
  SocketChannel reach(SocketChannel near) throws IOException {
    Asked asked = hear(near);
    Matcher wanted = CONNECT.matcher(asked.head());
    if (!wanted.matches()) {
      throw refused(
          near, "405 Method Not Allowed", "Only tunnels are made here: CONNECT host:port.");
    }
    InetSocketAddress place = place(near, wanted);
    SocketChannel far = SocketChannel.open();
    try {
      connect(near, far, place);
      write(near, ascii("HTTP/1.1 200 Connection established" + END_OF_HEAD));
      write(far, asked.rest());
      return far;
    } catch (IOException failed) {
      far.close();
      throw failed;
    }
  }

  private static void connect(SocketChannel near, SocketChannel far, InetSocketAddress place)
      throws IOException {
    try {
      far.socket().connect(place, CONNECT_MILLIS);
    } catch (IOException down) {
      throw refused(near, BAD_GATEWAY, "It does not answer on port " + place.getPort() + ".");
    }
  }

  private InetSocketAddress place(SocketChannel near, Matcher wanted) throws IOException {
    String host = wanted.group(1);
    int port = Integer.parseInt(wanted.group(2));
    try {
      return rule.address(host, port);
    } catch (Refused no) {
      throw refused(near, "403 Forbidden", no.why());
    } catch (IOException lost) {
      throw refused(near, BAD_GATEWAY, host + " cannot be found.");
    }
  }

  private static Asked hear(SocketChannel near) throws IOException {
    Thread clock = Thread.ofVirtual().name("exit").start(() -> closeLater(near));
    try {
      ByteBuffer heard = ByteBuffer.allocate(LONGEST_HEAD);
      while (heard.hasRemaining() && near.read(heard) >= 0) {
        String text = new String(heard.array(), 0, heard.position(), StandardCharsets.ISO_8859_1);
        int end = text.indexOf(END_OF_HEAD);
        if (end >= 0) {
          int from = end + END_OF_HEAD.length();
          return new Asked(
              text.substring(0, from),
              ByteBuffer.wrap(heard.array(), from, heard.position() - from));
        }
      }
      throw new EOFException("no request was heard");
    } finally {
      clock.interrupt();
    }
  }

  /** Who asks for nothing does not hold a connection for it. */
  private static void closeLater(SocketChannel near) {
    try {
      Thread.sleep(HEAD_DEADLINE);
      near.close();
    } catch (InterruptedException heard) {
      Thread.currentThread().interrupt();
    } catch (IOException closedAnyway) {
      LOG.log(System.Logger.Level.DEBUG, "closing a connection: {0}", closedAnyway.getMessage());
    }
  }

  private static IOException refused(SocketChannel near, String status, String why)
      throws IOException {
    byte[] body = (why + "\n").getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 %s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\nConnection: close"
            .formatted(status, body.length);
    write(near, ascii(head + END_OF_HEAD));
    write(near, ByteBuffer.wrap(body));
    return new IOException(why);
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
