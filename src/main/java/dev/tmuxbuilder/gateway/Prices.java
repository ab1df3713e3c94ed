package dev.tmuxbuilder.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.platform.Settings;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What models cost. A model has the price of the longest name in the table that its own begins
 * with; one that is not in it has its provider's price for unknown models, which for a provider
 * that takes money is the highest.
 */
@Startup
@ApplicationScoped
class Prices {
  private static final String BUILT_IN = "/dev/tmuxbuilder/gateway/prices.json";

  /** In US dollars for a million tokens, which is millionths of a dollar for one. */
  record Price(
      double input, double output, double cacheRead, double cacheWrite, double cacheWriteHour) {
    long microUsd(Tally used) {
      return (long)
          Math.ceil(
              used.input() * input
                  + used.output() * output
                  + used.cacheRead() * cacheRead
                  + (used.cacheWrite() - used.cacheWriteHour()) * cacheWrite
                  + used.cacheWriteHour() * cacheWriteHour);
    }

    private static Price of(JsonNode node) {
      return new Price(
          node.path("input").asDouble(),
          node.path("output").asDouble(),
          node.path("cache_read").asDouble(),
          node.path("cache_write").asDouble(),
          node.path("cache_write_hour").asDouble());
    }
  }

  private record Named(String prefix, Price price) {}

  private final List<Named> named = new ArrayList<>();
  private final Map<String, Price> unknown = new HashMap<>();

  Prices(Settings settings) {
    try (InputStream builtIn = Prices.class.getResourceAsStream(BUILT_IN)) {
      add(Json.mapper().readTree(builtIn));
      if (settings.gateway().prices().isPresent()) {
        add(Json.mapper().readTree(Files.readString(settings.gateway().prices().get())));
      }
    } catch (IOException failed) {
      throw new UncheckedIOException("The table of models' prices cannot be read", failed);
    }
  }

  /** What comes later comes first. */
  private void add(JsonNode table) {
    List<Named> more = new ArrayList<>();
    for (JsonNode model : table.path("models")) {
      more.add(new Named(model.path("model").asText(), Price.of(model)));
    }
    more.sort(Comparator.comparingInt((Named entry) -> entry.prefix().length()).reversed());
    named.addAll(0, more);
    table
        .path("unknown")
        .properties()
        .forEach(provider -> unknown.put(provider.getKey(), Price.of(provider.getValue())));
  }

  Price of(String provider, String model) {
    return named.stream()
        .filter(entry -> model.startsWith(entry.prefix()))
        .findFirst()
        .map(Named::price)
        .orElseGet(() -> unknown.getOrDefault(provider, new Price(0, 0, 0, 0, 0)));
  }
}
