package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.platform.Programs;
import java.nio.file.Path;

/**
 * A disk of a few megabytes that only one process and its children see: a file system in memory, in
 * a mount namespace of the process's own, for which one need not be root.
 */
record TinyDisk(Path directory, String options) {
  private static final String MOUNT_AND_BECOME =
      "mount -t tmpfs -o \"$2\" tmpfs \"$1\" && shift 2 && exec \"$@\"";

  /** The command that mounts the disk and becomes what follows it. */
  String[] command() {
    assertThat(Programs.output("unshare", "--user", "--map-root-user", "--mount", "true"))
        .as("a mount namespace (unshare, from util-linux, and user namespaces allowed)")
        .isPresent();
    return new String[] {
      "unshare",
      "--user",
      "--map-root-user",
      "--mount",
      "sh",
      "-c",
      MOUNT_AND_BECOME,
      "sh",
      directory.toString(),
      options
    };
  }

  /** A file of the disk, as a process that sees the disk sees it. */
  Path file(long pid, String name) {
    return Path.of("/proc/" + pid + "/root" + directory.toAbsolutePath(), name);
  }
}
