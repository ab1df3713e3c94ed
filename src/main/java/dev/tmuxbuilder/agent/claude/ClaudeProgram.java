package dev.tmuxbuilder.agent.claude;

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
final class ClaudeProgram {
  private final Settings settings;
  private final Optional<Path> claude;
  private final Optional<Path> node;
  private final Optional<Path> tmux;

  ClaudeProgram(Settings settings) {
    this.settings = settings;
    Settings.Claude wanted = settings.claude();
    Path installed = wanted.nodeModules().resolve(".bin").resolve("claude").toAbsolutePath();
    this.claude = Programs.find(wanted.executable().orElse(installed).toString());
    this.node = Programs.find(settings.browser().node());
    this.tmux = Programs.find(wanted.tmux());
  }

  /**
   * @param socketFits whether the data directory's path leaves room for tmux' socket
   */
  AgentReadiness readiness(boolean socketFits) {
    if (!AnthropicModels.areThere(settings.gateway())) {
      return new AgentReadiness.NotConfigured(
          "ANTHROPIC_API_KEY",
          "Set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN, or TMUXBUILDER_GATEWAY_BEDROCK_REGION.");
    }
    if (claude.isEmpty()) {
      return new AgentReadiness.NotConfigured(
          "TMUXBUILDER_CLAUDE_EXECUTABLE",
          "Run npm ci --prefix src/main/node/claude, or name the program with"
              + " TMUXBUILDER_CLAUDE_EXECUTABLE.");
    }
    if (tmux.isEmpty()) {
      return new AgentReadiness.NotConfigured(
          "TMUXBUILDER_CLAUDE_TMUX", "Install tmux, or name it with TMUXBUILDER_CLAUDE_TMUX.");
    }
    if (node.isEmpty()) {
      return new AgentReadiness.NotConfigured(
          "TMUXBUILDER_BROWSER_NODE", "Install Node.js 20 or newer.");
    }
    return socketFits
        ? new AgentReadiness.Ready()
        : new AgentReadiness.NotConfigured(
            "TMUXBUILDER_DATA_DIR", "Choose a data directory with a shorter path.");
  }

  /** Whether its models are not at Anthropic's own. */
  boolean modelsAreBedrocks() {
    return settings.gateway().bedrock().region().isPresent();
  }

  Path claude() {
    return claude.orElseThrow();
  }

  Path node() {
    return node.orElseThrow();
  }

  /** The program, or the name under which it would be looked for. */
  String tmux() {
    return tmux.map(Path::toString).orElse(settings.claude().tmux());
  }
}
