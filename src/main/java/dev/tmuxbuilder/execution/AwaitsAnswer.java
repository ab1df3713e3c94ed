package dev.tmuxbuilder.execution;

/** The agent asks its user, and the run cannot go on without an answer. */
final class AwaitsAnswer extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String question;

  AwaitsAnswer(String question) {
    super("the agent asks its user", null, false, false);
    this.question = question;
  }

  String question() {
    return question;
  }
}
