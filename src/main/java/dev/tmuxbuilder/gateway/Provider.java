package dev.tmuxbuilder.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** Whose models they are: how its API is called, how it counts, and how it says no. */
interface Provider {
  /** For figures and the journal. */
  String name();

  /** Where its API is; empty where the operator has not set it up. */
  Optional<URI> base();

  /** All that may be asked of it: method, space and path below the session's address. */
  Map<String, Call> calls();

  /** Adds what proves to the provider who is asking. */
  void authorise(MultiMap headers);

  /** Whether one of the agent's headers goes on to the provider. */
  boolean passes(String header);

  /** The body as the provider is to get it. */
  default Buffer body(Call call, Buffer body) {
    return body;
  }

  /** Takes the counts out of an answer, or out of one event of it. */
  void count(JsonNode node, Tally tally);

  /** An answer of our own in this API's form. */
  Buffer error(Refused refused);

  /**
   * @param path at the provider, below its base address
   * @param counts whether it uses tokens that are paid for
   */
  record Call(String path, boolean counts) {}
}
