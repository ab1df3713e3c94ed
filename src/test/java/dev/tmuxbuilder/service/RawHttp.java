package dev.tmuxbuilder.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Requests that no well-behaved client would send, byte by byte. */
final class RawHttp {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private RawHttp() {}

  /**
   * What came back, up to the end of the connection.
   *
   * @param status 0 where the connection was closed without an answer
   */
  record Answer(int status, String head, String body) {
    boolean hasHeader(String name) {
      return head.lines()
          .anyMatch(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1));
    }
  }

  /**
   * @param target as it stands in the request line
   * @param headers lines, without their ends
   */
  static Answer send(int port, String method, String target, List<String> headers, String body) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    StringBuilder request = new StringBuilder();
    request.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    request.append("Host: 127.0.0.1:").append(port).append("\r\nConnection: close\r\n");
    headers.forEach(line -> request.append(line).append("\r\n"));
    if (content.length > 0) {
      request.append("Content-Type: application/json\r\nContent-Length: ").append(content.length);
      request.append("\r\n");
    }
    request.append("\r\n");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(content);
      return answer(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } catch (java.net.SocketException cut) { // it was closed while we were writing
      return new Answer(0, "", "");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Answer answer(String text) {
    int end = text.indexOf("\r\n\r\n");
    if (!text.startsWith("HTTP/1.1 ") || end < 0) {
      return new Answer(0, "", text);
    }
    return new Answer(
        Integer.parseInt(text.substring(9, 12)), text.substring(0, end), text.substring(end + 4));
  }
}
