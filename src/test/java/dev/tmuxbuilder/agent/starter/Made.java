package dev.tmuxbuilder.agent.starter;

import dev.tmuxbuilder.agent.AgentEvent;
import dev.tmuxbuilder.agent.AgentEvents;
import dev.tmuxbuilder.agent.AgentOutcome;
import dev.tmuxbuilder.agent.Instruction;
import dev.tmuxbuilder.agent.Task;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.SiteType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;

/** A site that the agent has made, as it lies on the disk. */
record Made(Path root, AgentOutcome outcome, List<String> log) {
  static final URI URL = URI.create("http://site.localhost:8081/");

  static Made of(Path root, SiteType type, String brief) {
    return of(root, type, brief, Optional.of(URL));
  }

  static Made of(Path root, SiteType type, String brief, Optional<URI> url) {
    List<String> log = new ArrayList<>();
    AgentEvents events =
        event -> {
          if (event instanceof AgentEvent.Note note) {
            log.add(note.level() + " " + note.stage() + " " + note.message());
          }
        };
    ExecutionId id =
        ExecutionId.of("4f9b2c1e-0000-5000-8000-000000000000_sess_20260102_030405_abcd");
    AgentOutcome outcome =
        new StarterAgent()
            .work(new Instruction(id, 1, new Task.Build(List.of()), type, brief, root, url), events)
            .await()
            .indefinitely();
    return new Made(root, outcome, log);
  }

  SortedMap<String, byte[]> files() {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(root.relativize(file).toString(), Files.readAllBytes(file));
      }
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    return files;
  }

  String text(String path) {
    try {
      return Files.readString(root.resolve(path), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** All pages by their path on the site, e.g. {@code /menu/}. */
  SortedMap<String, Document> pages() {
    SortedMap<String, Document> pages = new TreeMap<>();
    files()
        .forEach(
            (name, bytes) -> {
              if (name.endsWith(".html")) {
                String path = "/" + name.replaceFirst("(^|/)index\\.html$", "$1");
                String html = new String(bytes, StandardCharsets.UTF_8);
                pages.put(path, Jsoup.parse(html, URL.resolve(path).toString()));
              }
            });
    return pages;
  }
}
