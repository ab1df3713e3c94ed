package dev.tmuxbuilder.service;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

/** A form with files, as RFC 7578 has it on the wire. */
public final class Multipart {
  private final String boundary = UUID.randomUUID().toString();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  public static Multipart of(Map<String, ?> fields) {
    Multipart form = new Multipart();
    fields.forEach((name, value) -> form.field(name, value.toString()));
    return form;
  }

  public Multipart field(String name, String value) {
    return part("name=\"" + name + "\"", value.getBytes(StandardCharsets.UTF_8));
  }

  public Multipart file(String fileName, byte[] content) {
    return file("file", fileName, content);
  }

  public Multipart file(String name, String fileName, byte[] content) {
    return part("name=\"" + name + "\"; filename=\"" + fileName + "\"", content);
  }

  private Multipart part(String disposition, byte[] content) {
    text("--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n");
    bytes(content);
    text("\r\n");
    return this;
  }

  private void text(String text) {
    bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  private void bytes(byte[] bytes) {
    try {
      body.write(bytes);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  public HttpRequest.Builder to(HttpRequest.Builder request) {
    text("--" + boundary + "--\r\n");
    return request
        .header("Content-Type", "multipart/form-data; boundary=" + boundary)
        .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()));
  }
}
