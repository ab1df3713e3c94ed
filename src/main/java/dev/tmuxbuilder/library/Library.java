package dev.tmuxbuilder.library;

import dev.tmuxbuilder.execution.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All items that there are, by address, and the rules for giving them.
 *
 * @param flaws of files that could not be read as what they should be; such items are left out
 */
public record Library(List<Item> items, Rules rules, List<Flaw> flaws) {
  public Library {
    items = items.stream().sorted(Comparator.comparing(Item::address)).toList();
    flaws = List.copyOf(flaws);
  }

  /** Reads one library. Blocks. */
  public static Library read(Path root) throws IOException {
    List<Flaw> flaws = new ArrayList<>();
    List<Item> items = new ItemReader(root, flaws).read();
    Path rules = root.resolve(Rules.FILE);
    return new Library(
        items,
        Files.isRegularFile(rules)
            ? new RulesReader(flaws).read(Files.readString(rules))
            : new Rules(0, List.of()),
        flaws);
  }

  /** With a later library, whose items and rules take the place of those of the same name. */
  public Library and(Library later) {
    Map<String, Item> byKey = new TreeMap<>();
    items.forEach(item -> byKey.put(item.key(), item));
    later.items().forEach(item -> byKey.put(item.key(), item));
    List<Flaw> all = new ArrayList<>(flaws);
    all.addAll(later.flaws());
    return new Library(
        List.copyOf(byKey.values()),
        later.rules().rules().isEmpty() ? rules : rules.and(later.rules()),
        all);
  }

  /** The same for the same items, whatever their folders are called. */
  public String digest() {
    StringBuilder list = new StringBuilder();
    for (Item item : items) {
      item.files()
          .forEach((path, content) -> list.append(path).append(Json.sha256(content)).append('\n'));
    }
    return Json.sha256(list.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
