package dev.tmuxbuilder.platform;

/** Anthropic's models, which several providers have. */
public final class AnthropicModels {
  private AnthropicModels() {}

  /** Whether the operator has set up anybody who may be asked for one. */
  public static boolean areThere(Settings.Gateway gateway) {
    return gateway.anthropic().key().isPresent()
        || gateway.anthropic().token().isPresent()
        || gateway.bedrock().region().isPresent();
  }
}
