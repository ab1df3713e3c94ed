package dev.tmuxbuilder.verification.browser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether this process may do everything; Chromium's own sandbox does not work then. */
final class Root {
  private Root() {}

  static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException noProc) {
      return "root".equals(System.getProperty("user.name"));
    }
  }
}
