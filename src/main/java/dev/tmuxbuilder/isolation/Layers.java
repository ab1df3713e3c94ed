package dev.tmuxbuilder.isolation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What keeps programs in on this machine.
 *
 * @param bubblewrap the program, where it works here
 * @param userIds setpriv, where the service is root and can give each owner another user
 * @param systemCalls whether a filter of system calls holds
 * @param limits prlimit
 * @param parentDeath setpriv, which ends programs with the service where there are no walls
 * @param node Node.js, which carries connections through a closed network's doors
 */
public record Layers(
    Optional<Path> bubblewrap,
    Optional<Path> userIds,
    boolean systemCalls,
    Optional<Path> limits,
    Optional<Path> parentDeath,
    Optional<Path> node) {

  /** One that is not there, and how to get it. */
  public record Missing(String layer, String remedy) {}

  public boolean walled() {
    return bubblewrap.isPresent();
  }

  /** What a service in production must not be without. */
  public List<Missing> missing() {
    List<Missing> missing = new ArrayList<>();
    if (bubblewrap.isEmpty()) {
      missing.add(
          new Missing(
              "walls (bubblewrap): file system, processes, network",
              "apt-get install bubblewrap, and allow user namespaces"
                  + " (sysctl kernel.unprivileged_userns_clone=1)."));
    }
    if (bubblewrap.isPresent() && userIds.isEmpty() && isRoot()) {
      missing.add(
          new Missing(
              "a user id of its own for each site",
              "Install util-linux (setpriv), or do not run the service as root."));
    }
    if (!systemCalls) {
      missing.add(
          new Missing(
              "a filter of system calls (seccomp)",
              "Use a kernel with seccomp, on x86-64 or AArch64, and bubblewrap."));
    }
    if (limits.isEmpty()) {
      missing.add(
          new Missing("limits of memory, files and processes", "apt-get install util-linux."));
    }
    return missing;
  }

  static boolean isRoot() {
    return Integer.valueOf(0).equals(Owners.uidOf(Path.of("/proc/self")).orElse(-1));
  }
}
