package dev.tmuxbuilder.cli;

import io.quarkus.runtime.Quarkus;

/** The service, as the command line starts it. */
final class Server {
  private Server() {}

  /** Runs the service in this process and returns when it has stopped. Blocks. */
  static void run(String... args) {
    Quarkus.run(args);
  }
}
