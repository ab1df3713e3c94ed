package dev.tmuxbuilder.hosting.local;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** An HTTP/1.1 client that sends what it is told, however odd, and hides nothing of the answer. */
final class RawHttp {
  private static final int TIMEOUT_MILLIS = 20_000;

  private RawHttp() {}

  /** Header names are in lower case; of several headers of a name the last counts. */
  record Answer(int status, Map<String, String> headers, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    String header(String name) {
      return Optional.ofNullable(headers.get(name)).orElse("");
    }
  }

  static Answer get(int port, String host, String target, String... headers) throws IOException {
    return send(port, "GET", host, target, headers);
  }

  static Answer send(int port, String method, String host, String target, String... headers)
      throws IOException {
    StringBuilder request = new StringBuilder();
    request.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    request.append("Host: ").append(host).append("\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    request.append("Connection: close\r\n\r\n");
    return exchange(port, request.toString().getBytes(StandardCharsets.UTF_8), method);
  }

  static Answer exchange(int port, byte[] request, String method) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(request);
      socket.getOutputStream().flush();
      return read(socket.getInputStream(), method.equals("HEAD"));
    }
  }

  static Answer read(InputStream in, boolean withoutBody) throws IOException {
    String[] lines = head(in).split("\r\n", -1);
    int status = Integer.parseInt(lines[0].split(" ", 3)[1]);
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      headers.put(
          lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
          lines[i].substring(colon + 1).strip());
    }
    if (withoutBody || status == 304 || status == 204) {
      return new Answer(status, headers, in.readAllBytes());
    }
    if (headers.getOrDefault("transfer-encoding", "").contains("chunked")) {
      return new Answer(status, headers, chunks(in));
    }
    if (headers.containsKey("content-length")) {
      byte[] body = in.readNBytes(Integer.parseInt(headers.get("content-length")));
      if (body.length != Integer.parseInt(headers.get("content-length"))) {
        throw new EOFException("the answer ended too early");
      }
      return new Answer(status, headers, body);
    }
    return new Answer(status, headers, in.readAllBytes());
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("no answer, but: " + head);
      }
      head.append((char) b);
    }
    return head.substring(0, head.length() - 4);
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
      body.write(in.readNBytes(size));
      in.readNBytes(2);
    }
    return body.toByteArray();
  }

  private static int chunkSize(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the answer ended inside a chunk");
      }
      line.append((char) b);
    }
    return Integer.parseInt(line.toString().strip(), 16);
  }
}
