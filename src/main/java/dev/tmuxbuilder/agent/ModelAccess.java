package dev.tmuxbuilder.agent;

import java.net.URI;

/**
 * What an agent needs to talk to models and tools for one execution. No provider's key is in it.
 *
 * @param gateway where the execution's models are: the base address of Anthropic's API; that of an
 *     OpenAI-compatible one is {@code openai/v1} below it
 * @param tools where this service's own verbs are, over the Model Context Protocol (streamable
 *     HTTP)
 * @param token opens both: it is sent as a bearer token or, to the gateway, as {@code x-api-key};
 *     it works while a run of the execution goes on
 */
public record ModelAccess(URI gateway, URI tools, String token) {
  /** Without the token: whatever prints it must not give it away. */
  @Override
  public String toString() {
    return "ModelAccess[" + gateway + "]";
  }
}
