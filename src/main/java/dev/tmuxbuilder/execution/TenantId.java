package dev.tmuxbuilder.execution;

import java.util.UUID;

/** A tenant: the wall inside which everything of a customer lives. */
public record TenantId(UUID value) {
  public static TenantId parse(String text) {
    return new TenantId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
