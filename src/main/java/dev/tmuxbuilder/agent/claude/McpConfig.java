package dev.tmuxbuilder.agent.claude;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tmuxbuilder.execution.Json;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.net.URI;
import java.util.Map;

/** {@code .mcp.json}: where the product's own verbs are, in the form that Claude Code reads. */
@RegisterForReflection
record McpConfig(@JsonProperty("mcpServers") Map<String, Server> servers) {
  static final String SERVER = "tmux-builder";

  /** A server over streamable HTTP. */
  @RegisterForReflection
  record Server(String type, String url, Map<String, String> headers) {}

  /**
   * @param token the variable in which the program finds its token
   */
  static McpConfig of(URI tools, String token) {
    return new McpConfig(
        Map.of(
            SERVER,
            new Server(
                "http", tools.toString(), Map.of("Authorization", "Bearer ${" + token + "}"))));
  }

  String text() {
    return Json.mapper().valueToTree(this).toPrettyString() + "\n";
  }
}
