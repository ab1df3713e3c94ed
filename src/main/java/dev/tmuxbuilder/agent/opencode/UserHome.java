package dev.tmuxbuilder.agent.opencode;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.tmuxbuilder.execution.SessionId;
import dev.tmuxbuilder.execution.UserId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder of a user's server. Methods block.
 *
 * <pre>
 * agents/opencode/{user_id}/home/            HOME and the XDG folders: the server's own
 * agents/opencode/{user_id}/keys/{session}   the session's token, which the server may read
 * agents/opencode/{user_id}/turns/{session}  which conversation, and what was asked in it last
 * agents/opencode/{user_id}/server.json      the process, so that an orphan is known
 * agents/opencode/{user_id}/server.log       what it printed
 * </pre>
 */
record UserHome(Path root, Path sessions) {
  private static final Set<PosixFilePermission> READABLE =
      PosixFilePermissions.fromString("rw-r--r--");

  static UserHome of(Path data, UserId user) {
    return new UserHome(
        all(data).resolve(user.toString()),
        data.resolve("users").resolve(user.toString()).resolve("sessions"));
  }

  /** The folder of all users' servers. */
  static Path all(Path data) {
    return data.resolve("agents").resolve("opencode");
  }

  /** What the folders above hold is for the service alone; these are seen by the server too. */
  void make() throws IOException {
    Files.createDirectories(
        root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    for (Path folder : List.of(work(), keys(), turns())) {
      Files.createDirectories(folder);
    }
    Files.setPosixFilePermissions(keys(), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  Path home() {
    return root.resolve("home");
  }

  /** Where the server is when no session is meant. */
  Path work() {
    return home().resolve("work");
  }

  Path keys() {
    return root.resolve("keys");
  }

  Path key(SessionId session) {
    return keys().resolve(session.toString());
  }

  /** The session's folder. */
  Path folder(SessionId session) {
    return sessions.resolve(session.toString());
  }

  Path turns() {
    return root.resolve("turns");
  }

  Path note() {
    return root.resolve("server.json");
  }

  Path log() {
    return root.resolve("server.log");
  }

  /** Folders of the user's sessions that OpenCode works on. */
  List<Path> folders() throws IOException {
    List<Path> folders = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(keys(), "sess_*")) {
      for (Path key : all) {
        Path folder = sessions.resolve(key.getFileName());
        if (Files.isDirectory(folder.resolve("source"))) {
          folders.add(folder);
        }
      }
    }
    return folders;
  }

  /** What an agent is given is written for the service's user alone; the server may be another. */
  static void show(Path folder) throws IOException {
    List<Path> given = new ArrayList<>();
    for (String name : List.of("CLAUDE.md", "brief.md", "files", ".claude")) {
      if (Files.exists(folder.resolve(name))) {
        try (Stream<Path> tree = Files.walk(folder.resolve(name))) {
          tree.filter(file -> Files.isRegularFile(file, NOFOLLOW_LINKS)).forEach(given::add);
        }
      }
    }
    for (Path file : given) {
      Files.setPosixFilePermissions(file, READABLE);
    }
  }

  /** Writes a file whole or not at all; whoever sees its folder may read it. */
  static void write(Path file, byte[] content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.write(fresh, content);
    Files.setPosixFilePermissions(fresh, READABLE);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
