package dev.tmuxbuilder.agent.claude;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.platform.DataDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/**
 * The folder of one turn, for the service's user alone: what the program is told and what it says,
 * so that a service that was restarted finds all of it. Methods block.
 */
record Turn(Path folder) {
  static Turn open(Path folder) throws IOException {
    Files.createDirectories(
        folder.resolve("in"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return new Turn(folder);
  }

  Path transcript() {
    return folder.resolve("transcript.jsonl");
  }

  /** How often a program was started for it. */
  int starts() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return (int) files.filter(file -> file.getFileName().toString().startsWith("start-")).count();
    }
  }

  /** Makes the folder ready for another start; what was said stays. */
  void starting(Object launch) throws IOException {
    int number = starts() + 1;
    Files.deleteIfExists(exit());
    try (Stream<Path> told = Files.list(folder.resolve("in"))) {
      for (Path file : told.toList()) {
        Files.delete(file);
      }
    }
    secretly(folder.resolve("launch.json"), Json.write(launch));
    Files.createFile(folder.resolve("start-" + number));
  }

  /** Tells the program a line, whole or not at all. */
  void tell(String name, String line) throws IOException {
    Path fresh = folder.resolve(name + ".new");
    secretly(fresh, line);
    Files.move(fresh, folder.resolve("in").resolve(name + ".json"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void secretly(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  private Path exit() {
    return folder.resolve("exit.json");
  }

  boolean exited() {
    return Files.exists(exit());
  }

  /** How the program ended, in a few words. */
  String exit(String otherwise) {
    try {
      JsonNode how = Json.mapper().readTree(Files.readString(exit()));
      return how.hasNonNull("failed")
          ? "it could not be started (" + how.get("failed").asText() + ")"
          : how.hasNonNull("signal")
              ? "signal " + how.get("signal").asText()
              : "code " + how.path("code").asText();
    } catch (IOException none) {
      return otherwise;
    }
  }

  /** Up to which byte of the transcript the journal has been told. */
  long told() throws IOException {
    try {
      return Long.parseLong(Files.readString(folder.resolve("told")).strip());
    } catch (NoSuchFileException | NumberFormatException nothingYet) {
      return 0;
    }
  }

  void told(long position) throws IOException {
    Path fresh = folder.resolve("told.new");
    Files.write(
        fresh,
        Long.toString(position).getBytes(StandardCharsets.US_ASCII),
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
    Files.move(fresh, folder.resolve("told"), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Keeps what was said where people look for it, and removes the rest. */
  void close(Path logs) throws IOException {
    if (Files.exists(transcript())) {
      Files.createDirectories(logs);
      Files.copy(
          transcript(),
          logs.resolve("claude-" + folder.getFileName() + ".jsonl"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    DataDirectory.delete(folder);
  }
}
