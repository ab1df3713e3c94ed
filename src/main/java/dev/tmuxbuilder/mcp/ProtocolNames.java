package dev.tmuxbuilder.mcp;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.quarkiverse.mcp.server.ImageContent;
import io.quarkiverse.mcp.server.TextContent;
import io.quarkiverse.mcp.server.ToolResponse;
import io.quarkus.jackson.ObjectMapperCustomizer;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;

/**
 * The protocol has names in camelCase, unlike the rest of this service's JSON. Comes last: of
 * mix-ins for one class the last one counts, and the server brings some that leave nulls out, as
 * these do.
 */
@Singleton
@RegisterForReflection(targets = {ToolResponse.class, ImageContent.class, TextContent.class})
class ProtocolNames implements ObjectMapperCustomizer {
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  private interface CamelCase {}

  @Override
  public int priority() {
    return MINIMUM_PRIORITY;
  }

  @Override
  public void customize(ObjectMapper mapper) {
    mapper.addMixIn(ToolResponse.class, CamelCase.class);
    mapper.addMixIn(ImageContent.class, CamelCase.class);
    mapper.addMixIn(TextContent.class, CamelCase.class);
  }
}
