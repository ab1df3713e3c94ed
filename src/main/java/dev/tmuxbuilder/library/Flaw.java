package dev.tmuxbuilder.library;

/**
 * Something that is wrong with a library.
 *
 * @param path of the file, in its library
 * @param rule that it breaks, e.g. {@code size}
 * @param message what is wrong, and what would be right
 */
public record Flaw(String path, String rule, String message) {
  @Override
  public String toString() {
    return path + ": " + rule + ": " + message;
  }
}
