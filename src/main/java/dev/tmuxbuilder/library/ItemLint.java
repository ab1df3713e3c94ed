package dev.tmuxbuilder.library;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Judges one item by itself. */
final class ItemLint {
  /** An agent reads items while it works: what is longer belongs in a reference beside it. */
  private static final int MOST_LINES = 90;

  private static final int FEWEST_LINES = 20;
  private static final int MOST_BYTES = 8 << 10;
  private static final int MOST_BYTES_WITH_ALL_BESIDE = 128 << 10;

  /** What an agent can ask the product to do. */
  private static final Set<String> VERBS =
      Set.of(
          "report_progress",
          "ask_user",
          "deploy",
          "place_file",
          "run_checks",
          "screenshot",
          "get_logs",
          "get_status",
          "list_skills",
          "read_skill");

  /** What can be run in a session's workspace, which has no network. */
  private static final Set<String> PROGRAMS =
      Set.of(
          "awk",
          "base64",
          "basename",
          "cat",
          "cd",
          "chmod",
          "cmp",
          "cp",
          "cut",
          "date",
          "diff",
          "dirname",
          "do",
          "done",
          "else",
          "then",
          "du",
          "echo",
          "env",
          "exit",
          "fi",
          "find",
          "for",
          "git",
          "grep",
          "gzip",
          "head",
          "kill",
          "ls",
          "mkdir",
          "mv",
          "node",
          "printf",
          "read",
          "rm",
          "sed",
          "seq",
          "sha256sum",
          "sleep",
          "sort",
          "stat",
          "tail",
          "test",
          "touch",
          "tr",
          "true",
          "uniq",
          "wc",
          "xargs");

  private static final List<String> SECTIONS =
      List.of("## Steps", "## It worked when", "## When it fails");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern CALL = Pattern.compile("`([a-z]+(?:_[a-z]+)+)(\\(|`)");
  private static final Pattern OTHER = Pattern.compile("`(?:skill|agent):([a-z0-9-]+)`");
  private static final Pattern SHELL =
      Pattern.compile("```(?:sh|bash|shell)\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern PROGRAM =
      Pattern.compile(
          "(?:^|[|;&]+|\\$\\()\\s*(?:(?:while|until|if|then|else|do)\\s+)*"
              + "(?:[A-Za-z_]+=\\S*\\s+)*([A-Za-z0-9_./-]+)");

  private final Item item;
  private final Set<String> names;
  private final List<Flaw> flaws;

  /**
   * @param names of all items
   */
  ItemLint(Item item, Set<String> names, List<Flaw> flaws) {
    this.item = item;
    this.names = names;
    this.flaws = flaws;
  }

  void judge() {
    size();
    sections();
    links();
    others();
    verbs();
    programs();
  }

  private void flaw(String rule, String message) {
    flaws.add(new Flaw(item.path(), rule, message));
  }

  private void size() {
    long lines = item.body().lines().count();
    int bytes = item.body().getBytes(StandardCharsets.UTF_8).length;
    int all = item.files().values().stream().mapToInt(content -> content.length).sum();
    if (lines < FEWEST_LINES || lines > MOST_LINES || bytes > MOST_BYTES) {
      flaw(
          "size",
          "has %d lines and %d bytes; it should have %d to %d lines and at most %d bytes"
              .formatted(lines, bytes, FEWEST_LINES, MOST_LINES, MOST_BYTES));
    }
    if (all > MOST_BYTES_WITH_ALL_BESIDE) {
      flaw("size", "is larger than " + MOST_BYTES_WITH_ALL_BESIDE + " bytes with all beside it");
    }
  }

  private void sections() {
    List<String> lines = item.body().lines().map(String::strip).toList();
    for (String section : SECTIONS) {
      if (!lines.contains(section)) {
        flaw("sections", "has no \"" + section + "\"");
      }
    }
    if (lines.stream().noneMatch(line -> line.startsWith("# "))) {
      flaw("sections", "has no title");
    }
  }

  private void links() {
    Matcher links = LINK.matcher(item.body());
    while (links.find()) {
      String target = links.group(1);
      if (target.startsWith("https://") || target.startsWith("#")) {
        continue;
      }
      String folder = String.valueOf(Path.of(item.files().firstKey()).getParent());
      if (item.kind() == ItemKind.SKILL) {
        folder = ItemKind.SKILL.folder() + "/" + item.name();
      }
      if (target.contains(":")
          || !item.files().containsKey(Path.of(folder).resolve(target).normalize().toString())) {
        flaw("links", target + " is neither beside it nor an https address");
      }
    }
  }

  private void others() {
    Matcher others = OTHER.matcher(item.body());
    while (others.find()) {
      if (!names.contains(others.group(1))) {
        flaw("links", "there is no item " + others.group(1));
      }
    }
  }

  private void verbs() {
    Set<String> unknown = new TreeSet<>(item.verbs());
    unknown.removeAll(VERBS);
    Matcher calls = CALL.matcher(item.body());
    Set<String> used = new TreeSet<>();
    while (calls.find()) {
      String name = calls.group(1);
      if (VERBS.contains(name)) {
        used.add(name);
      } else if (calls.group(2).equals("(")) {
        unknown.add(name);
      }
    }
    unknown.forEach(verb -> flaw("commands", "the product has no verb " + verb));
    for (String verb : item.verbs()) {
      if (!item.body().contains("`" + verb + "`") && !item.body().contains("`" + verb + "(")) {
        flaw("commands", "says that it uses " + verb + " and does not");
      }
    }
    used.stream()
        .filter(verb -> !item.verbs().contains(verb))
        .forEach(verb -> flaw("commands", "uses " + verb + ", which its verbs do not name"));
  }

  private void programs() {
    Set<String> unknown = new TreeSet<>();
    Matcher blocks = SHELL.matcher(item.body());
    while (blocks.find()) {
      for (String line : joined(blocks.group(1))) {
        Matcher programs = PROGRAM.matcher(withoutQuotes(line));
        while (programs.find()) {
          if (!PROGRAMS.contains(programs.group(1))) {
            unknown.add(programs.group(1));
          }
        }
      }
    }
    unknown.forEach(program -> flaw("commands", "a session has no program " + program));
  }

  private static List<String> joined(String block) {
    List<String> lines = new ArrayList<>();
    for (String line : block.replace("\\\n", " ").split("\n")) {
      String bare = line.strip();
      if (!bare.isEmpty() && !bare.startsWith("#")) {
        lines.add(bare);
      }
    }
    return lines;
  }

  private static String withoutQuotes(String line) {
    return line.replaceAll("'[^']*'", "Q")
        .replaceAll("\"[^\"]*\"", "Q")
        .replaceAll("[0-9]?>&?[0-9]?", " ");
  }
}
