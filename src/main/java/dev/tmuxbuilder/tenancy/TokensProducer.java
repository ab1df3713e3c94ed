package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.platform.DataDirectory;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The service's own secret makes its tokens. */
final class TokensProducer {
  private TokensProducer() {}

  @Produces
  @Singleton
  static Tokens tokens(DataDirectory directory) {
    return new Tokens(directory.secret("token.secret"));
  }
}
