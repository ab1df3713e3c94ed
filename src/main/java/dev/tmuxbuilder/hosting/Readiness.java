package dev.tmuxbuilder.hosting;

import java.util.List;

/** Whether a host can be used. */
public sealed interface Readiness {

  /** It can. */
  record Ready() implements Readiness {}

  /**
   * It cannot, before an operator has set something.
   *
   * @param setting the environment variable that is missing or of no use
   */
  record NotConfigured(String setting) implements Readiness {}

  /**
   * It cannot: whoever acts there lacks rights.
   *
   * @param actions what would be refused, as the host spells it; never empty
   */
  record Forbidden(List<String> actions) implements Readiness {
    public Forbidden {
      actions = List.copyOf(actions);
    }
  }
}
