package dev.tmuxbuilder.agent.opencode;

import dev.tmuxbuilder.agent.ModelAccess;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.platform.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code opencode.json} of a session, in OpenCode's own form (https://opencode.ai/config.json):
 * models and tools are this service's and nobody else's. The token is in a file of its own.
 *
 * @param model its name, as its provider has it
 * @param anthropic whether it is reached through Anthropic's API, else through an OpenAI-compatible
 *     one
 * @param steps how often the model may be asked in one turn
 */
record Configuration(String model, boolean anthropic, int steps) {
  /** Under which OpenCode knows the gateway. */
  static final String PROVIDER = "gateway";

  private static final String TOOLS = "tmux-builder";

  static Configuration of(Settings.OpenCode settings) {
    return new Configuration(
        settings.model(),
        settings.provider() == Settings.ModelProvider.ANTHROPIC,
        settings.maxTurns());
  }

  byte[] bytes(ModelAccess access, Path key) {
    String token = "{file:" + key + "}";
    String whole = PROVIDER + "/" + model;
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("$schema", "https://opencode.ai/config.json");
    all.put("model", whole);
    all.put("small_model", whole);
    all.put("enabled_providers", new String[] {PROVIDER});
    all.put("provider", Map.of(PROVIDER, provider(access, token)));
    all.put("agent", Map.of("build", Map.of("steps", steps)));
    all.put("permission", permissions());
    all.put("mcp", Map.of(TOOLS, tools(access, token)));
    all.put("share", "disabled");
    all.put("autoupdate", false);
    all.put("snapshot", false);
    return Json.bytes(all);
  }

  private Map<String, Object> provider(ModelAccess access, String token) {
    return Map.of(
        "npm",
        anthropic ? "@ai-sdk/anthropic" : "@ai-sdk/openai-compatible",
        "name",
        "Models of this service",
        "options",
        Map.of("baseURL", access.gateway() + (anthropic ? "/v1" : "/openai/v1"), "apiKey", token),
        "models",
        Map.of(model, Map.of("name", model)));
  }

  /** Nobody is there to be asked; files of the session, and the product's own verbs. */
  private static Map<String, String> permissions() {
    Map<String, String> permissions = new LinkedHashMap<>();
    permissions.put("*", "allow");
    for (String denied :
        new String[] {"bash", "external_directory", "question", "webfetch", "websearch"}) {
      permissions.put(denied, "deny");
    }
    return permissions;
  }

  private static Map<String, Object> tools(ModelAccess access, String token) {
    return Map.of(
        "type",
        "remote",
        "url",
        access.tools().toString(),
        "headers",
        Map.of("Authorization", "Bearer " + token),
        "oauth",
        false,
        "enabled",
        true);
  }
}
