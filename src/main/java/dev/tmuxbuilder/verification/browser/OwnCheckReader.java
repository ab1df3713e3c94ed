package dev.tmuxbuilder.verification.browser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Reads the checks that came with a site from {@code deployment/tests/checks/}. Who wrote them is
 * not trusted: no link is followed, sizes are bounded, and what is not as the schema says is not
 * run. Blocks.
 */
final class OwnCheckReader {
  static final String SCHEMA = "urn:tmux-builder:own-check:1";
  private static final int MOST_FILES = 20;
  private static final int MOST_STEPS = 30;
  private static final long LARGEST = 16 << 10;
  private static final int LONGEST_TEXT = 300;
  private static final int MOST_COUNTED = 1000;
  private static final Set<String> KEYS =
      Set.of(
          "Enter",
          "Escape",
          "Space",
          "Tab",
          "Shift+Tab",
          "ArrowUp",
          "ArrowDown",
          "ArrowLeft",
          "ArrowRight",
          "Home",
          "End",
          "PageUp",
          "PageDown");
  private static final ObjectMapper JSON = new ObjectMapper();

  private OwnCheckReader() {}

  /** What a file holds, or what is wrong with it. */
  sealed interface Read {
    record Good(OwnCheck check) implements Read {}

    record Bad(String file, String problem) implements Read {}
  }

  /** In the order of their names. */
  static List<Read> read(Path deployment) {
    Path folder = deployment.resolve("tests").resolve("checks");
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.sorted().toList();
      List<Read> read = new ArrayList<>();
      all.stream().limit(MOST_FILES).map(OwnCheckReader::readFile).forEach(read::add);
      if (all.size() > MOST_FILES) {
        String problem = "there are %d files, and at most %d are run";
        read.add(new Read.Bad("checks", problem.formatted(all.size(), MOST_FILES)));
      }
      return read;
    } catch (IOException unreadable) {
      return List.of(new Read.Bad("checks", "cannot be read: " + unreadable.getMessage()));
    }
  }

  private static Read readFile(Path path) {
    String file = "checks/" + path.getFileName();
    try {
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || !file.endsWith(".json")) {
        return new Read.Bad(file, "is no plain file whose name ends in .json");
      }
      if (Files.size(path) > LARGEST) {
        return new Read.Bad(file, "is larger than " + LARGEST / 1024 + " KiB");
      }
      return new Read.Good(check(file, JSON.readTree(Files.readAllBytes(path))));
    } catch (NotAsTheSchemaSays wrong) {
      return new Read.Bad(file, "is not as the schema says: " + wrong.getMessage());
    } catch (JsonProcessingException notJson) {
      return new Read.Bad(file, "is no JSON: " + notJson.getOriginalMessage());
    } catch (IOException unreadable) {
      return new Read.Bad(file, "cannot be read: " + unreadable.getMessage());
    }
  }

  private static final class NotAsTheSchemaSays extends Exception {
    private static final long serialVersionUID = 1L;

    NotAsTheSchemaSays(String where, String what) {
      super(where + " " + what);
    }
  }

  private static OwnCheck check(String file, JsonNode whole) throws NotAsTheSchemaSays {
    only(whole, "the file", Set.of("$schema", "name", "path", "steps"));
    if (!whole.path("$schema").asText().equals(SCHEMA)) {
      throw new NotAsTheSchemaSays("$schema", "must be " + SCHEMA);
    }
    JsonNode steps = whole.path("steps");
    if (!steps.isArray() || steps.isEmpty() || steps.size() > MOST_STEPS) {
      throw new NotAsTheSchemaSays("steps", "must be a list of 1 to " + MOST_STEPS);
    }
    List<OwnCheck.Step> read = new ArrayList<>();
    for (JsonNode step : steps) {
      read.add(step(step, "steps[" + read.size() + "]"));
    }
    if (read.stream().noneMatch(OwnCheckReader::expects)) {
      throw new NotAsTheSchemaSays("steps", "must expect something");
    }
    return new OwnCheck(file, text(whole, "", "name"), path(whole, "", "path"), read);
  }

  private static boolean expects(OwnCheck.Step step) {
    return switch (step) {
      case OwnCheck.Step.ExpectText ignored -> true;
      case OwnCheck.Step.ExpectNoText ignored -> true;
      case OwnCheck.Step.ExpectPath ignored -> true;
      case OwnCheck.Step.ExpectCount ignored -> true;
      case OwnCheck.Step.Open ignored -> false;
      case OwnCheck.Step.Click ignored -> false;
      case OwnCheck.Step.Fill ignored -> false;
      case OwnCheck.Step.Choose ignored -> false;
      case OwnCheck.Step.Press ignored -> false;
    };
  }

  private static OwnCheck.Step step(JsonNode step, String where) throws NotAsTheSchemaSays {
    String verb = step.path("do").asText();
    return switch (verb) {
      case "open" -> {
        only(step, where, Set.of("do", "path"));
        yield new OwnCheck.Step.Open(path(step, where, "path"));
      }
      case "click" -> {
        only(step, where, Set.of("do", "target"));
        yield new OwnCheck.Step.Click(thing(step, where));
      }
      case "fill" -> {
        only(step, where, Set.of("do", "target", "text"));
        yield new OwnCheck.Step.Fill(thing(step, where), text(step, where, "text"));
      }
      case "choose" -> {
        only(step, where, Set.of("do", "target", "text"));
        yield new OwnCheck.Step.Choose(thing(step, where), text(step, where, "text"));
      }
      case "press" -> {
        only(step, where, Set.of("do", "key"));
        yield new OwnCheck.Step.Press(key(step, where));
      }
      case "expect_text" -> {
        only(step, where, Set.of("do", "text"));
        yield new OwnCheck.Step.ExpectText(text(step, where, "text"));
      }
      case "expect_no_text" -> {
        only(step, where, Set.of("do", "text"));
        yield new OwnCheck.Step.ExpectNoText(text(step, where, "text"));
      }
      case "expect_path" -> {
        only(step, where, Set.of("do", "path"));
        yield new OwnCheck.Step.ExpectPath(path(step, where, "path"));
      }
      case "expect_count" -> {
        only(step, where, Set.of("do", "target", "count"));
        yield new OwnCheck.Step.ExpectCount(thing(step, where), count(step, where));
      }
      default ->
          throw new NotAsTheSchemaSays(
              where + ".do",
              "must be open, click, fill, choose, press, expect_text, expect_no_text, expect_path"
                  + " or expect_count");
    };
  }

  private static OwnCheck.Thing thing(JsonNode step, String where) throws NotAsTheSchemaSays {
    JsonNode target = step.path("target");
    String at = where + ".target";
    if (target.has("role")) {
      only(target, at, Set.of("role", "name"));
      return new OwnCheck.Thing.ByRole(role(target, at), text(target, at, "name"));
    }
    if (target.has("label")) {
      only(target, at, Set.of("label"));
      return new OwnCheck.Thing.ByLabel(text(target, at, "label"));
    }
    only(target, at, Set.of("text"));
    return new OwnCheck.Thing.ByText(text(target, at, "text"));
  }

  private static AriaRole role(JsonNode target, String where) throws NotAsTheSchemaSays {
    String name = text(target, where, "role");
    Optional<AriaRole> role =
        Arrays.stream(AriaRole.values())
            .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(name))
            .findFirst();
    if (role.isEmpty()) {
      throw new NotAsTheSchemaSays(where + ".role", "must be an ARIA role such as button or link");
    }
    return role.get();
  }

  private static String key(JsonNode step, String where) throws NotAsTheSchemaSays {
    String key = text(step, where, "key");
    if (!KEYS.contains(key)) {
      throw new NotAsTheSchemaSays(where + ".key", "must be one of " + new TreeSet<>(KEYS));
    }
    return key;
  }

  private static int count(JsonNode step, String where) throws NotAsTheSchemaSays {
    JsonNode count = step.path("count");
    if (!count.isInt() || count.asInt() < 0 || count.asInt() > MOST_COUNTED) {
      throw new NotAsTheSchemaSays(where + ".count", "must be from 0 to " + MOST_COUNTED);
    }
    return count.asInt();
  }

  /** A path of this site: no address leads elsewhere. */
  private static String path(JsonNode object, String where, String member)
      throws NotAsTheSchemaSays {
    String path = text(object, where, member);
    if (!path.matches("/(?![/\\\\])[^\\s\\\\]*")) {
      throw new NotAsTheSchemaSays(name(where, member), "must be a path of this site: /menu/");
    }
    return path;
  }

  private static String text(JsonNode object, String where, String member)
      throws NotAsTheSchemaSays {
    JsonNode value = object.path(member);
    if (!value.isTextual() || value.asText().isBlank() || value.asText().length() > LONGEST_TEXT) {
      throw new NotAsTheSchemaSays(
          name(where, member), "must be a text of 1 to " + LONGEST_TEXT + " characters");
    }
    return value.asText();
  }

  private static void only(JsonNode object, String where, Set<String> known)
      throws NotAsTheSchemaSays {
    if (!object.isObject()) {
      throw new NotAsTheSchemaSays(where, "must be an object");
    }
    Set<String> unknown = new TreeSet<>();
    object.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new NotAsTheSchemaSays(
          where, "has " + unknown + "; there are " + new TreeSet<>(known) + " only");
    }
  }

  private static String name(String where, String member) {
    return where.isEmpty() ? member : where + "." + member;
  }
}
