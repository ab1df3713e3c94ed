package dev.tmuxbuilder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is promised with a test's name is promised with a test. */
class SecurityTableTest {
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*Test)(?:\\.(\\w+))?`");

  @Test
  void everyTestThatIsNamedIsThere() throws IOException {
    Map<String, String> sources = sources();
    List<String> missing = new ArrayList<>();
    List<MatchResult> named = named("docs/asvs.md");
    for (MatchResult one : Stream.of(named, named("SECURITY.md")).flatMap(List::stream).toList()) {
      String source = sources.getOrDefault(one.group(1), "");
      boolean there =
          one.group(2) == null ? !source.isEmpty() : source.contains(" " + one.group(2) + "(");
      if (!there) {
        missing.add(one.group());
      }
    }
    assertThat(named).hasSizeGreaterThan(50);
    assertThat(missing).isEmpty();
  }

  private static List<MatchResult> named(String document) throws IOException {
    return NAMED.matcher(Files.readString(Path.of(document))).results().toList();
  }

  private static Map<String, String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      return files
          .filter(file -> file.toString().endsWith("Test.java"))
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString().replace(".java", ""),
                  SecurityTableTest::read,
                  String::concat));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }
}
