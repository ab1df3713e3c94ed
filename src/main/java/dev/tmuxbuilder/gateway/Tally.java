package dev.tmuxbuilder.gateway;

import com.fasterxml.jackson.databind.JsonNode;

/** Counts of one answer, as they become known while it goes by. */
final class Tally {
  private String model = "unknown";
  private long input;
  private long output;
  private long cacheRead;
  private long cacheWrite;
  private long cacheWriteHour;
  private boolean anything;

  String model() {
    return model;
  }

  long input() {
    return input;
  }

  long output() {
    return output;
  }

  long cacheRead() {
    return cacheRead;
  }

  long cacheWrite() {
    return cacheWrite;
  }

  /** The part of what was written to the cache that stays there for an hour. */
  long cacheWriteHour() {
    return cacheWriteHour;
  }

  /** Whether the provider has counted anything. */
  boolean anything() {
    return anything;
  }

  void model(JsonNode node) {
    if (node.isTextual() && !node.asText().isBlank()) {
      String name = node.asText().strip();
      model = name.length() > 100 ? name.substring(0, 100) : name;
    }
  }

  /** Anthropic's counts; each replaces the one before it. */
  void anthropic(JsonNode usage) {
    anything = true;
    input = newest(usage, "input_tokens", input);
    output = newest(usage, "output_tokens", output);
    cacheRead = newest(usage, "cache_read_input_tokens", cacheRead);
    cacheWrite = newest(usage, "cache_creation_input_tokens", cacheWrite);
    cacheWriteHour =
        Math.min(
            cacheWrite,
            newest(usage.path("cache_creation"), "ephemeral_1h_input_tokens", cacheWriteHour));
  }

  /** OpenAI's counts, in which the input includes what came from the cache. */
  void openAi(JsonNode usage) {
    anything = true;
    cacheRead = newest(usage.path("prompt_tokens_details"), "cached_tokens", cacheRead);
    input = Math.max(0, newest(usage, "prompt_tokens", input + cacheRead) - cacheRead);
    output = newest(usage, "completion_tokens", output);
  }

  private static long newest(JsonNode usage, String name, long before) {
    JsonNode count = usage.path(name);
    return count.isNumber() ? Math.max(0, count.asLong()) : before;
  }
}
