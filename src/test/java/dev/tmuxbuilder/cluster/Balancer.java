package dev.tmuxbuilder.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What stands in front of several nodes: passes connections on to them by turns, to the next where
 * one takes none, and cuts those to a node that is no longer named.
 */
public final class Balancer implements AutoCloseable {
  private final ServerSocket listener;
  private final AtomicInteger turn = new AtomicInteger();
  private final Map<Socket, Integer> open = new ConcurrentHashMap<>();
  private volatile List<Integer> ports = List.of();

  public Balancer() throws IOException {
    listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("balancer").start(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  public void to(Integer... nodes) {
    to(List.of(nodes));
  }

  void to(List<Integer> nodes) {
    ports = List.copyOf(nodes);
    open.forEach(
        (socket, port) -> {
          if (!nodes.contains(port)) {
            close(socket);
          }
        });
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
    List<Integer> order = new ArrayList<>(ports);
    if (!order.isEmpty()) {
      Collections.rotate(order, -(turn.getAndIncrement() % order.size()));
    }
    for (int port : order) {
      try {
        Socket node = new Socket(InetAddress.getLoopbackAddress(), port);
        node.setTcpNoDelay(true);
        client.setTcpNoDelay(true);
        open.put(node, port);
        if (!ports.contains(port)) { // it went while the connection was made
          close(node);
        }
        Thread.ofVirtual().name("answers").start(() -> pass(node, client, node));
        pass(client, node, node);
        return;
      } catch (IOException away) {
        // the next one
      }
    }
    close(client);
  }

  private void pass(Socket from, Socket to, Socket node) {
    try (InputStream words = from.getInputStream()) {
      words.transferTo(to.getOutputStream());
    } catch (IOException ended) {
      // one side has gone
    } finally {
      open.remove(node);
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
    open.keySet().forEach(Balancer::close);
  }
}
