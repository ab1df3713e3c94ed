package dev.tmuxbuilder.service;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;

/** What stands in front of several nodes: passes a connection to the first that takes it. */
final class Balancer implements AutoCloseable {
  private final ServerSocket listener;
  private volatile List<Integer> ports = List.of();

  Balancer() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("balancer").start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  void to(Integer... nodes) {
    ports = List.of(nodes);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().name("balanced").start(() -> connect(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket client) {
    for (int port : ports) {
      try {
        Socket node = new Socket(InetAddress.getLoopbackAddress(), port);
        Thread.ofVirtual().name("answers").start(() -> pass(node, client));
        pass(client, node);
        return;
      } catch (IOException away) {
        // the next one
      }
    }
    close(client);
  }

  private static void pass(Socket from, Socket to) {
    try (InputStream words = from.getInputStream()) {
      words.transferTo(to.getOutputStream());
    } catch (IOException ended) {
      // one side has gone
    } finally {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException closed) {
      // it was closed before
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
