package dev.tmuxbuilder.library;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.SiteType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads {@code agents/GROUP/NAME.md} and {@code skills/GROUP/NAME/SKILL.md} with what lies beside
 * it. A skill's form is that of agentskills.io, with a few members of our own. Blocks.
 */
final class ItemReader {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final Pattern FRONT =
      Pattern.compile("\\A---\\n(.*?)\\n---\\n(.*)\\z", Pattern.DOTALL);
  private static final String SKILL_FILE = "SKILL.md";
  private static final long LARGEST_FILE = 256 << 10;
  private static final Set<String> KNOWN =
      Set.of("name", "description", "license", "hosts", "site_types", "tags", "verbs");
  private static final Set<String> KNOWN_OF_AGENTS =
      Set.of("name", "description", "tools", "model", "hosts", "site_types", "tags", "verbs");
  private static final YAMLMapper YAML = new YAMLMapper();

  private final Path root;
  private final List<Flaw> flaws;

  ItemReader(Path root, List<Flaw> flaws) {
    this.root = root;
    this.flaws = flaws;
  }

  List<Item> read() throws IOException {
    List<Item> items = new ArrayList<>();
    for (Path group : inside(root.resolve(ItemKind.AGENT.folder()))) {
      for (Path file : inside(group)) {
        if (file.getFileName().toString().endsWith(".md")) {
          agent(file).ifPresent(items::add);
        } else {
          flaw(file, "is no agent: agents/GROUP/NAME.md is");
        }
      }
    }
    for (Path group : inside(root.resolve(ItemKind.SKILL.folder()))) {
      for (Path folder : inside(group)) {
        if (Files.isRegularFile(folder.resolve(SKILL_FILE), LinkOption.NOFOLLOW_LINKS)) {
          skill(folder).ifPresent(items::add);
        } else {
          flaw(folder, "is no skill: skills/GROUP/NAME/SKILL.md is");
        }
      }
    }
    return items;
  }

  private static List<Path> inside(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    }
  }

  private Optional<Item> agent(Path file) throws IOException {
    String name = file.getFileName().toString().replaceAll("\\.md$", "");
    SortedMap<String, byte[]> files = new TreeMap<>();
    return content(file)
        .flatMap(
            content -> {
              files.put(ItemKind.AGENT.folder() + "/" + name + ".md", content);
              return item(ItemKind.AGENT, file, name, content, files);
            });
  }

  private Optional<Item> skill(Path folder) throws IOException {
    String name = folder.getFileName().toString();
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(path -> !Files.isDirectory(path)).sorted().toList()) {
        Optional<byte[]> content = content(file);
        if (content.isPresent()) {
          String beside = folder.relativize(file).toString().replace('\\', '/');
          files.put(ItemKind.SKILL.folder() + "/" + name + "/" + beside, content.get());
        }
      }
    }
    Path main = folder.resolve(SKILL_FILE);
    return content(main).flatMap(content -> item(ItemKind.SKILL, main, name, content, files));
  }

  private Optional<byte[]> content(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      flaw(file, "is no plain file");
      return Optional.empty();
    }
    if (Files.size(file) > LARGEST_FILE) {
      flaw(file, "is larger than " + LARGEST_FILE / 1024 + " KiB");
      return Optional.empty();
    }
    return Optional.of(Files.readAllBytes(file));
  }

  private Optional<Item> item(
      ItemKind kind, Path main, String name, byte[] content, SortedMap<String, byte[]> files) {
    String path = path(main);
    Matcher parts = FRONT.matcher(new String(content, StandardCharsets.UTF_8));
    if (!parts.matches()) {
      flaw(main, "must begin with front matter between two lines ---");
      return Optional.empty();
    }
    JsonNode front;
    try {
      front = YAML.readTree(parts.group(1));
    } catch (JsonProcessingException notYaml) {
      flaw(main, "has front matter that is no YAML: " + notYaml.getOriginalMessage());
      return Optional.empty();
    }
    Fields fields = new Fields(front, "", path, flaws);
    fields.only(kind == ItemKind.AGENT ? KNOWN_OF_AGENTS : KNOWN);
    if (!fields.text("name", 1, 64).equals(name) || !NAME.matcher(name).matches()) {
      fields.wrong("name", "must be that of its file, small letters, digits and hyphens: " + name);
    }
    return Optional.of(
        new Item(
            kind,
            path,
            root.relativize(main).getName(1).toString(),
            name,
            fields.text("description", 40, 400),
            fields.among("hosts", HostProvider.class),
            fields.among("site_types", SiteType.class),
            fields.texts("tags"),
            fields.texts("verbs"),
            parts.group(2),
            files,
            root));
  }

  private void flaw(Path file, String what) {
    flaws.add(new Flaw(path(file), "schema", what));
  }

  private String path(Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }
}
