package dev.tmuxbuilder.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads a site of the local host. Its name need not resolve: the connection goes to the loopback
 * address, the name into the Host header.
 */
record SiteReader(ServerProcess server, String url) {
  /** A whole answer. */
  record Answer(int status, byte[] body) {}

  Answer get(String path) {
    URI site = URI.create(url);
    String encoded;
    encoded = URI.create("http://x").resolve(encode(path)).getRawPath();
    try (Socket socket = new Socket("127.0.0.1", server.sitesPort())) {
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write(
              ("GET " + encoded + " HTTP/1.0\r\nHost: " + site.getAuthority() + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      byte[] all = in.readAllBytes();
      int end = new String(all, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
      String head = new String(all, 0, end, StandardCharsets.ISO_8859_1);
      return new Answer(
          Integer.parseInt(head.substring(9, 12)), Arrays.copyOfRange(all, end + 4, all.length));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static String encode(String path) {
    try {
      return new URI(null, null, path, null).getRawPath();
    } catch (java.net.URISyntaxException bad) {
      throw new IllegalArgumentException(bad);
    }
  }

  String text(String path) {
    return new String(get(path).body(), StandardCharsets.UTF_8);
  }

  /** The paths of the files that the site should serve. */
  List<String> paths(Path source) throws IOException {
    try (Stream<Path> tree = Files.walk(source)) {
      return tree.filter(Files::isRegularFile)
          .map(file -> source.relativize(file).toString())
          .filter(path -> !path.startsWith(".git/"))
          .toList();
    }
  }
}
