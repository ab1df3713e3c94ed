package dev.tmuxbuilder.hosting.local;

import java.io.IOException;

/** The files of a release are not those that were uploaded. */
final class DamagedReleaseException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedReleaseException(String sha256) {
    super("the files of release " + sha256 + " are not those that were uploaded");
  }
}
