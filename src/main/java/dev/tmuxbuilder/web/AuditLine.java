package dev.tmuxbuilder.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.TenantId;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who did what, as pages show it.
 *
 * @param tenant where it was done; null where that is known, or is no tenant
 */
public record AuditLine(
    Instant at, String actor, String address, String action, int outcome, @Nullable String tenant) {
  static AuditLine of(String line) {
    return of(line, Optional.empty());
  }

  static AuditLine of(String line, Optional<TenantId> tenant) {
    try {
      JsonNode told = Json.mapper().readTree(line);
      return new AuditLine(
          Instant.parse(told.path("at").asText()),
          told.path("actor").asText(),
          told.path("address").asText(),
          told.path("action").asText() + " " + told.path("target").asText(),
          told.path("outcome").asInt(),
          tenant.map(TenantId::toString).orElse(null));
    } catch (JsonProcessingException notOurs) { // the service writes nothing else
      throw new IllegalStateException(notOurs);
    }
  }

  public boolean refused() {
    return outcome >= 400;
  }

  public String shortActor() {
    return shortened(actor);
  }

  public String shortTenant() {
    return tenant == null ? "" : shortened(tenant);
  }

  private static String shortened(String id) {
    return id.length() > 20 ? id.substring(0, 8) : id;
  }
}
