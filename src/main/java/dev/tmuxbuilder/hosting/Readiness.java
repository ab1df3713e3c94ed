package dev.tmuxbuilder.hosting;

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
}
