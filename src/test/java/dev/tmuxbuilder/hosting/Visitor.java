package dev.tmuxbuilder.hosting;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Asks a site under its own name at another place. */
public final class Visitor {
  private Visitor() {}

  /** The body of a good answer, or the whole of another one. */
  public static String ask(int port, String host, String method, String path) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              "%s %s HTTP/1.0\r\nHost: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                  .formatted(method, path, host)
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return answer.startsWith("HTTP/1.1 200") || answer.startsWith("HTTP/1.0 200")
          ? answer.substring(answer.indexOf("\r\n\r\n") + 4)
          : answer;
    }
  }
}
