package dev.tmuxbuilder.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Somebody's desk: a home, an environment, and what the screen said. */
final class Desk {
  private final Path home;
  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Terminal terminal = Terminal.plain();
  private String input = "";

  Desk(Path home) {
    this.home = home;
  }

  Desk with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Desk typing(String text) {
    input = text;
    return this;
  }

  Desk atATerminal(int columns) {
    terminal = new Terminal(true, new Style(false, true), () -> columns);
    return this;
  }

  Surroundings surroundings() {
    return new Surroundings(
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        Output.to(out),
        Output.to(err),
        terminal,
        Map.copyOf(environment),
        "Ana María",
        home,
        Clock.fixed(Instant.parse("2026-01-01T12:03:04Z"), ZoneOffset.UTC));
  }

  int run(String... args) {
    return Main.execute(surroundings(), args);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  List<String> lines() {
    return out().lines().toList();
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
