package dev.tmuxbuilder.isolation;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A program and all that it may see.
 *
 * @param owner whose program it is: where the service is root, each owner has a user id of its own,
 *     and the folders that may be written to become that user's
 * @param arguments the program, by its absolute path, and what it is given; never through a shell
 * @param directory that it starts in
 * @param readOnly files and folders besides the system's own, at the same paths as outside
 * @param writable folders, at the same paths as outside; besides them only a private {@code /tmp}
 * @param kept parts of the writable folders that may only be read, where they are there
 * @param environment the whole of it
 */
public record Confined(
    String owner,
    List<String> arguments,
    Path directory,
    List<Path> readOnly,
    List<Path> writable,
    List<Path> kept,
    Map<String, String> environment,
    Limits limits,
    Network network) {
  public Confined {
    arguments = List.copyOf(arguments);
    readOnly = List.copyOf(readOnly);
    writable = List.copyOf(writable);
    kept = List.copyOf(kept);
    environment = Map.copyOf(environment);
    if (arguments.isEmpty() || !Path.of(arguments.getFirst()).isAbsolute()) {
      throw new IllegalArgumentException("the program is not given by an absolute path");
    }
  }

  /** With nothing kept. */
  public Confined(
      String owner,
      List<String> arguments,
      Path directory,
      List<Path> readOnly,
      List<Path> writable,
      Map<String, String> environment,
      Limits limits,
      Network network) {
    this(owner, arguments, directory, readOnly, writable, List.of(), environment, limits, network);
  }

  /** So that no secret of the environment gets into a log. */
  @Override
  public String toString() {
    return owner + ": " + arguments.getFirst();
  }
}
