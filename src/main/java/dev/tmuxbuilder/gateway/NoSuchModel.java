package dev.tmuxbuilder.gateway;

/** A model that the operator has not named among those that are there. */
final class NoSuchModel extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  NoSuchModel(String model) {
    super(model);
  }
}
