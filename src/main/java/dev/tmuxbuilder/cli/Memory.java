package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the command line remembers between two calls, in {@code tokens.json}: for each server its
 * users with their tokens, and the execution that was created last. Only its owner may read it.
 * Blocks on the disk.
 */
final class Memory {
  private static final String USERS = "users";
  private static final String LAST = "last";
  private static final String TOKEN = "token";

  private final Path file;

  Memory(Path configDir) {
    this.file = configDir.resolve("tokens.json");
  }

  Path file() {
    return file;
  }

  Optional<String> token(String server, String user) {
    return Json.text(read().path(server).path(USERS).path(user), TOKEN);
  }

  /** All users that were met on a server, in the order of meeting. */
  List<String> users(String server) {
    List<String> users = new ArrayList<>();
    read().path(server).path(USERS).fieldNames().forEachRemaining(users::add);
    return users;
  }

  /** The execution that was created last on a server. */
  Optional<String> last(String server) {
    return Json.text(read().path(server), LAST);
  }

  /** Remembers a new execution, its user and, where there is one, the user's token. */
  void created(String server, String user, String execution, Optional<String> token) {
    change(
        all -> {
          ObjectNode here = all.withObjectProperty(server).put(LAST, execution);
          ObjectNode owner = here.withObjectProperty(USERS).withObjectProperty(user);
          token.ifPresent(secret -> owner.put(TOKEN, secret));
        });
  }

  private JsonNode read() {
    try {
      return Json.parse(Files.readString(file));
    } catch (NoSuchFileException nothingYet) {
      return Json.object();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private void change(Consumer<ObjectNode> change) {
    try {
      Path directory =
          Files.createDirectories(
                  file.toAbsolutePath().resolveSibling("."),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rwx------")))
              .normalize();
      try (FileChannel lock =
              FileChannel.open(
                  directory.resolve("tokens.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          var held = lock.lock()) {
        ObjectNode all = read() instanceof ObjectNode known ? known : Json.object();
        change.accept(all);
        write(directory, Json.pretty(all) + "\n");
        held.release();
      }
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  private void write(Path directory, String text) throws IOException {
    Path fresh = Files.createTempFile(directory, "tokens", ".new"); // mode 0600 from the start
    try {
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
