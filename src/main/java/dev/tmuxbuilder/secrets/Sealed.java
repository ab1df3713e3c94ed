package dev.tmuxbuilder.secrets;

import java.time.Instant;
import java.util.List;

/**
 * A site's environment as it is kept.
 *
 * @param version rises with each change
 * @param master the name of the master key that wraps the site's key
 */
public record Sealed(long version, String master, byte[] wrappedKey, List<Variable> variables) {
  public Sealed {
    variables = List.copyOf(variables);
  }

  /** A variable, whose value is sealed. */
  public record Variable(String name, byte[] sealed, Instant setAt, String setBy) {
    @Override
    public String toString() {
      return name;
    }
  }

  @Override
  public String toString() {
    return "version " + version + " of " + variables;
  }
}
