package dev.tmuxbuilder.agent.opencode;

import dev.tmuxbuilder.agent.AgentReadiness;
import dev.tmuxbuilder.platform.AnthropicModels;
import dev.tmuxbuilder.platform.Programs;
import dev.tmuxbuilder.platform.Settings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What this machine has of what the agent needs, looked for once at the start. Its constructor
 * blocks for a look at the file system.
 */
final class OpenCodeProgram {
  private final Settings settings;
  private final Optional<Path> opencode;

  OpenCodeProgram(Settings settings) {
    this.settings = settings;
    Settings.OpenCode wanted = settings.opencode();
    Path installed = wanted.nodeModules().resolve(".bin").resolve("opencode").toAbsolutePath();
    this.opencode = Programs.find(wanted.executable().orElse(installed).toString());
  }

  AgentReadiness readiness() {
    Settings.Gateway gateway = settings.gateway();
    boolean anthropic = settings.opencode().provider() == Settings.ModelProvider.ANTHROPIC;
    if (anthropic && !AnthropicModels.areThere(gateway)) {
      return new AgentReadiness.NotConfigured(
          "ANTHROPIC_API_KEY",
          "Set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN, or TMUXBUILDER_GATEWAY_BEDROCK_REGION,"
              + " or set OPENAI_BASE_URL and TMUXBUILDER_OPENCODE_PROVIDER=openai.");
    }
    if (!anthropic && gateway.openai().baseUrl().isEmpty()) {
      return new AgentReadiness.NotConfigured(
          "OPENAI_BASE_URL",
          "Set OPENAI_BASE_URL to an OpenAI-compatible server of models, with its /v1.");
    }
    return opencode.isPresent()
        ? new AgentReadiness.Ready()
        : new AgentReadiness.NotConfigured(
            "TMUXBUILDER_OPENCODE_EXECUTABLE",
            "Run npm install --no-save --prefix src/main/node/opencode, or name the program with"
                + " TMUXBUILDER_OPENCODE_EXECUTABLE.");
  }

  Optional<Path> path() {
    return opencode;
  }
}
