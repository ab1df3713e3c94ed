package dev.tmuxbuilder.agent.claude;

import dev.tmuxbuilder.execution.Json;
import java.util.List;
import java.util.Map;

/** Lines of stream-json input. */
final class Prompts {
  private Prompts() {}

  static String message(String id, List<String> blocks) {
    return Json.write(
        Map.of(
            "type",
            "user",
            "uuid",
            id,
            "message",
            Map.of(
                "role",
                "user",
                "content",
                blocks.stream().map(text -> Map.of("type", "text", "text", text)).toList())));
  }

  static String interrupt() {
    return Json.write(
        Map.of(
            "type",
            "control_request",
            "request_id",
            "stop",
            "request",
            Map.of("subtype", "interrupt")));
  }
}
