package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Fields and files as {@code multipart/form-data} (RFC 7578); the files are read while they are
 * sent.
 */
record Form(JsonNode fields, List<Path> files, String boundary) {
  static Form of(JsonNode fields, List<Path> files) {
    return new Form(fields, files, UUID.randomUUID().toString());
  }

  String contentType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  BodyPublisher body() {
    List<BodyPublisher> parts = new ArrayList<>();
    fields
        .properties()
        .forEach(
            field -> {
              parts.add(head("name=\"" + field.getKey() + "\""));
              parts.add(BodyPublishers.ofString(field.getValue().asText() + "\r\n"));
            });
    for (Path file : files) {
      parts.add(head("name=\"file\"; filename=\"" + quoted(file) + "\""));
      parts.add(content(file));
      parts.add(BodyPublishers.ofString("\r\n"));
    }
    parts.add(BodyPublishers.ofString("--" + boundary + "--\r\n"));
    return BodyPublishers.concat(parts.toArray(BodyPublisher[]::new));
  }

  private BodyPublisher head(String disposition) {
    return BodyPublishers.ofString(
        "--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n");
  }

  /** As browsers write a name within quotes. */
  private static String quoted(Path file) {
    return file.getFileName()
        .toString()
        .replace("\"", "%22")
        .replace("\r", "%0D")
        .replace("\n", "%0A");
  }

  private static BodyPublisher content(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw unreadable(file);
    }
    try {
      return BodyPublishers.ofFile(file);
    } catch (FileNotFoundException gone) {
      throw unreadable(file);
    }
  }

  private static CliFailure unreadable(Path file) {
    return CliFailure.badUsage(
        "unreadable_file",
        "cannot read " + file,
        "Give --file a picture or document that is there.");
  }
}
