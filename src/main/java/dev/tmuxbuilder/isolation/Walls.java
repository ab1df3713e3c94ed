package dev.tmuxbuilder.isolation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * bubblewrap's arguments: process, IPC, host-name and, but for a shared one, network namespaces of
 * its own, no capability, and of the file system only the system's programs and what is opened.
 */
final class Walls {
  private static final String NOBODY = "65534";
  private static final long PRIVATE_ROOM = 256L << 20;

  private static final List<String> SYSTEM = List.of("/bin", "/sbin", "/lib", "/lib64");

  private static final List<String> CONFIGURATION =
      List.of(
          "/etc/ssl",
          "/etc/ca-certificates",
          "/etc/ld.so.cache",
          "/etc/alternatives",
          "/etc/hosts",
          "/etc/nsswitch.conf",
          "/etc/localtime");

  private final List<String> arguments = new ArrayList<>();
  private final Set<Path> made = new HashSet<>();

  private Walls() {}

  /** How somebody without rights is made inside. */
  enum User {
    /** By a user namespace; outside it is still the service's user. */
    OF_THE_SERVICE(
        List.of("--unshare-user", "--uid", NOBODY, "--gid", NOBODY, "--cap-drop", "ALL")),
    /** By setpriv, which needs these three for a moment and gives them up. */
    OF_ITS_OWN(
        List.of(
            "--cap-drop",
            "ALL",
            "--cap-add",
            "CAP_SETUID",
            "--cap-add",
            "CAP_SETGID",
            "--cap-add",
            "CAP_SETPCAP"));

    private final List<String> arguments;

    User(List<String> arguments) {
      this.arguments = arguments;
    }
  }

  static Walls around(Path bubblewrap, User user, boolean closedNetwork) throws IOException {
    Walls walls = new Walls();
    walls.add(
        bubblewrap.toString(),
        "--die-with-parent",
        "--new-session",
        "--unshare-pid",
        "--unshare-ipc",
        "--unshare-uts",
        "--unshare-cgroup-try",
        "--hostname",
        "sandbox");
    walls.arguments.addAll(user.arguments);
    if (closedNetwork) {
      walls.add("--unshare-net");
    }
    walls.system(closedNetwork);
    return walls;
  }

  private void system(boolean closedNetwork) throws IOException {
    add("--ro-bind", "/usr", "/usr");
    for (String directory : SYSTEM) {
      Path path = Path.of(directory);
      if (Files.isSymbolicLink(path)) {
        add("--symlink", Files.readSymbolicLink(path).toString(), directory);
      } else {
        add("--ro-bind-try", directory, directory);
      }
    }
    for (String path : CONFIGURATION) {
      if (forEverybody(Path.of(path))) { // what is there and cannot be read breaks programs
        readOnly(Path.of(path));
      }
    }
    if (!closedNetwork) {
      above(Path.of("/etc/resolv.conf"))
          .add("--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf");
    }
    add("--proc", "/proc", "--dev", "/dev");
    room("/tmp");
    room("/dev/shm");
  }

  private static boolean forEverybody(Path path) throws IOException {
    return Files.exists(path)
        && Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ);
  }

  /** A file system in memory, which must not be able to fill the machine's. */
  private void room(String path) {
    add("--perms", "1777", "--size", Long.toString(PRIVATE_ROOM), "--tmpfs", path);
  }

  Walls readOnly(Path path) {
    return above(path).add("--ro-bind", path.toString(), path.toString());
  }

  Walls writable(Path path) {
    return above(path).add("--bind", path.toString(), path.toString());
  }

  /** The folders above, which bubblewrap would make for its own user alone. */
  private Walls above(Path path) {
    for (int names = 1; names < path.getNameCount(); names++) {
      Path folder = Path.of("/").resolve(path.subpath(0, names));
      if (made.add(folder)) {
        add("--dir", folder.toString());
      }
    }
    return this;
  }

  /** Node.js with its libraries, where it does not belong to the system. */
  Walls withProgram(Path program) {
    if (!program.startsWith("/usr")) {
      readOnly(program);
      Path libraries = program.resolveSibling("../lib").normalize();
      if (Files.isDirectory(libraries)) {
        readOnly(libraries);
      }
    }
    return this;
  }

  Walls with(List<String> more) {
    arguments.addAll(more);
    return this;
  }

  /** Everything but what comes after {@code --}. */
  List<String> closed(Path directory, Optional<Integer> filterDescriptor) {
    // What is left of the root is in memory too.
    add("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", directory.toString());
    for (String ofTheShell : List.of("PWD", "OLDPWD", "SHLVL", "_")) {
      add("--unsetenv", ofTheShell);
    }
    filterDescriptor.ifPresent(descriptor -> add("--seccomp", descriptor.toString()));
    return List.copyOf(arguments);
  }

  private Walls add(String... more) {
    arguments.addAll(List.of(more));
    return this;
  }
}
