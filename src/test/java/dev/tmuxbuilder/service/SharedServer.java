package dev.tmuxbuilder.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One server for all tests that do not stop it; every test makes users of its own. What a class
 * leaves running is cancelled after it, so that it does not take the time of the next.
 */
final class SharedServer implements BeforeAllCallback, AfterAllCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SharedServer.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    server(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    server(context).cancelWhatRuns();
  }

  private static ServerProcess server(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent("server", key -> start(), ServerProcess.class);
  }

  private static ServerProcess start() {
    try {
      return new ServerProcess(Files.createTempDirectory("tmux-builder-test").resolve("data"))
          // all tests come from one address, and some have wrong credentials by the hundred
          .with("TMUXBUILDER_API_FAILED_SIGN_INS", "100000")
          .with("TMUXBUILDER_API_RECHECK", "1s") // nobody waits for it
          .start();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == ServerProcess.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return server(context);
  }
}
