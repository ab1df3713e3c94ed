package dev.tmuxbuilder.gateway;

import io.vertx.core.buffer.Buffer;

/** An answer of a provider's on its way into the form that the agent asked for. */
interface Translation {
  String mediaType();

  /**
   * What a part of the answer becomes; may be empty.
   *
   * @throws IllegalArgumentException where it cannot be understood
   */
  Buffer take(Buffer part);

  /**
   * What is left to be said when the answer has ended.
   *
   * @throws IllegalArgumentException where it has ended too early
   */
  Buffer end();
}
