package dev.tmuxbuilder.tenancy;

/** Something that a token opens, with the token, which is kept nowhere. */
public record Issued<T>(T what, String token) {
  @Override
  public String toString() {
    return "Issued[" + what + "]";
  }
}
