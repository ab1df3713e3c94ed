package dev.tmuxbuilder.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Where this process's number means something: one start of one machine, and within it one
 * namespace of processes, as every container has its own. Nodes of one data directory may be in
 * several. See pid_namespaces(7).
 *
 * @param name the same for all processes that see each other, and for no others
 */
public record ProcessSpace(String name) {
  /** Looks anew each time: what a native program keeps may be of the machine that built it. */
  public static ProcessSpace here() {
    return new ProcessSpace(bootId() + " " + namespace());
  }

  /** Eight hexadecimal digits, for the names of files. */
  public String digits() {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString().substring(0, 8);
  }

  private static String bootId() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException noProc) {
      return "";
    }
  }

  private static String namespace() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
    } catch (IOException noProc) {
      return "";
    }
  }
}
