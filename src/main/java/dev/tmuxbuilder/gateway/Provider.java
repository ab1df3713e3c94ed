package dev.tmuxbuilder.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Context;
import io.vertx.core.Future;
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

  /** The same where that depends on the whole call, or takes a while. */
  default Future<Void> authorise(Context context, URI address, MultiMap headers, Buffer body) {
    authorise(headers);
    return Future.succeededFuture();
  }

  /** Whether one of the agent's headers goes on to the provider. */
  boolean passes(String header);

  /**
   * The call as the provider is to get it.
   *
   * @param query with its question mark; empty where there is none
   * @param headers the agent's
   * @throws IllegalArgumentException where it cannot be understood
   */
  default Outgoing outgoing(Call call, String query, MultiMap headers, Buffer body) {
    return new Outgoing(call.path() + query, body);
  }

  /** What an answer's status is in this API's terms. */
  default int status(int theirs) {
    return theirs;
  }

  /**
   * Brings an answer into this API's form; empty where it has it.
   *
   * @param mediaType in lower case
   */
  default Optional<Translation> translation(int status, String mediaType) {
    return Optional.empty();
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

  /**
   * @param target path and query at the provider, below its base address
   */
  record Outgoing(String target, Buffer body) {}
}
