package dev.tmuxbuilder.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tmuxbuilder.execution.Json;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;

/** Answers have the same form as everything else that is written. */
@Singleton
class JsonCustomizer implements ObjectMapperCustomizer {
  @Override
  public void customize(ObjectMapper mapper) {
    Json.configure(mapper);
  }
}
