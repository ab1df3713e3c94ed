package dev.tmuxbuilder.platform;

import java.util.Optional;

/**
 * One thing that was looked for on this machine.
 *
 * @param name stable, for machines: {@code node}, {@code port 8080}
 * @param detail what was found: a version, a path, a size
 * @param remedy how to get it, where it is not as it should be
 */
public record Finding(String name, State state, Need need, String detail, Optional<String> remedy) {
  /** How it is. */
  public enum State {
    OK,
    MISSING
  }

  /** What its lack means. */
  public enum Need {
    /** Nothing works without it. */
    NEEDED,
    /** Something is worse without it. */
    OPTIONAL
  }

  public static Finding ok(String name, Need need, String detail) {
    return new Finding(name, State.OK, need, detail, Optional.empty());
  }

  public static Finding missing(String name, Need need, String detail, String remedy) {
    return new Finding(name, State.MISSING, need, detail, Optional.of(remedy));
  }

  /** Whether the service cannot do its work because of it. */
  public boolean isFatal() {
    return state == State.MISSING && need == Need.NEEDED;
  }
}
