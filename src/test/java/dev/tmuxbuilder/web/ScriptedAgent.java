package dev.tmuxbuilder.web;

import dev.tmuxbuilder.service.FakeMessages;
import dev.tmuxbuilder.service.FakeMessages.Reply;
import dev.tmuxbuilder.service.ServerProcess;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/** The real Claude Code, whose model follows a script: it writes one page, and a word about it. */
record ScriptedAgent(ServerProcess server, FakeMessages model) {
  /** A service whose claude asks that model. */
  static ServerProcess service(Path data, FakeMessages model) {
    return new ServerProcess(data)
        .with("ANTHROPIC_BASE_URL", model.url())
        .with("ANTHROPIC_API_KEY", "k" + UUID.randomUUID())
        .with(
            "TMUXBUILDER_CLAUDE_NODE_MODULES",
            Path.of("src/main/node/claude/node_modules").toAbsolutePath().toString());
  }

  /**
   * What it does next in an execution.
   *
   * @param text in HTML, below the page's heading
   */
  void writes(String execution, String heading, String text, String word) {
    String session = execution.substring(37);
    Path page =
        server
            .dataDirectory()
            .resolve("users/" + execution.substring(0, 36) + "/sessions/" + session)
            .resolve("source/index.html");
    String content =
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%1$s</title><meta name="description" content="All about %1$s.">
        <link rel="icon" href="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
        </head><body><main><h1>%1$s</h1>%2$s</main></body></html>
        """
            .formatted(heading, text);
    model.script(
        session,
        new Reply.Use("Read", Map.of("file_path", page.toString())),
        new Reply.Use("Write", Map.of("file_path", page.toString(), "content", content)),
        new Reply.Say(word));
  }
}
