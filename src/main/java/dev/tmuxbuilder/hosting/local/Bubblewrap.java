package dev.tmuxbuilder.hosting.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The walls around a dynamic site's process, as arguments of bubblewrap: its own process, IPC and
 * host-name namespaces, no capability, an unprivileged user, and of the file system only what
 * Node.js needs, its release (both to be read) and its data directory. The network is shared with
 * the machine, because the site answers on a loopback port.
 */
final class Bubblewrap {
  private static final String NOBODY = "65534";

  private static final List<String> SYSTEM = List.of("/bin", "/sbin", "/lib", "/lib64");

  private static final List<String> CONFIGURATION =
      List.of(
          "/etc/ssl",
          "/etc/ca-certificates",
          "/etc/ld.so.cache",
          "/etc/alternatives",
          "/etc/hosts",
          "/etc/resolv.conf",
          "/etc/nsswitch.conf",
          "/etc/localtime");

  private Bubblewrap() {}

  /** Everything but what belongs to one site. */
  static List<String> walls(Path bubblewrap) throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        List.of(
            bubblewrap.toString(),
            "--die-with-parent",
            "--new-session",
            "--unshare-user",
            "--unshare-pid",
            "--unshare-ipc",
            "--unshare-uts",
            "--unshare-cgroup-try",
            "--uid",
            NOBODY,
            "--gid",
            NOBODY,
            "--hostname",
            "site",
            "--cap-drop",
            "ALL",
            "--ro-bind",
            "/usr",
            "/usr"));
    for (String directory : SYSTEM) {
      Path path = Path.of(directory);
      if (Files.isSymbolicLink(path)) {
        arguments.addAll(List.of("--symlink", Files.readSymbolicLink(path).toString(), directory));
      } else {
        arguments.addAll(List.of("--ro-bind-try", directory, directory));
      }
    }
    for (String path : CONFIGURATION) {
      arguments.addAll(List.of("--ro-bind-try", path, path));
    }
    arguments.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"));
    return arguments;
  }

  /** Opens the walls for one site's release and data. */
  static List<String> doors(Launch launch, Path node) throws IOException {
    List<String> arguments = new ArrayList<>();
    Path program = node.toRealPath();
    if (!program.startsWith("/usr")) {
      readOnly(arguments, program);
      Path libraries = program.resolveSibling("../lib").normalize();
      if (Files.isDirectory(libraries)) {
        readOnly(arguments, libraries);
      }
    }
    readOnly(arguments, launch.release());
    arguments.addAll(
        List.of(
            "--bind",
            launch.state().toString(),
            launch.state().toString(),
            "--chdir",
            launch.release().toString()));
    return arguments;
  }

  private static void readOnly(List<String> arguments, Path path) {
    arguments.addAll(List.of("--ro-bind", path.toString(), path.toString()));
  }
}
