package dev.tmuxbuilder.library.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.workspace.Workspace;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Makes a session's {@code .claude} hold the chosen items. A file that is not as it was given is
 * the session's own from then on: it is neither replaced nor removed. Blocks.
 *
 * <p>The session's agent may have written anything there, links too: nothing is written through a
 * link, and what the record of an earlier time says is believed for paths of items only.
 */
final class Injector {
  private static final Pattern PATH =
      Pattern.compile("(agents/[a-z0-9-]+\\.md|skills/[a-z0-9-]+(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+)");

  private final Path root;
  private final Path record;

  Injector(Workspace workspace) {
    this.root = workspace.root().resolve(".claude");
    this.record = workspace.deployment().resolve("injection.json");
  }

  /** The item's files, and whether they are as the library has them. */
  private record Written(Injection.State state, SortedMap<String, String> files) {}

  /** What was done, and whether anything is other than before. */
  record Outcome(Injection injection, boolean changed) {}

  Outcome become(List<Chosen> chosen, String library) throws IOException {
    Injection before = read();
    List<Injection.Entry> entries = new ArrayList<>();
    Set<String> wanted = new HashSet<>();
    for (Chosen one : chosen) {
      String kind = one.item().kind().wire();
      Optional<Injection.Entry> earlier = before.of(kind, one.item().name());
      Written written = write(one, earlier);
      wanted.addAll(written.files().keySet());
      entries.add(
          new Injection.Entry(
              kind,
              one.item().name(),
              one.item().path(),
              one.rule(),
              one.why(),
              one.words(),
              written.state(),
              written.files()));
    }
    removeOthers(before, wanted);
    Injection now = new Injection(library, entries);
    if (now.equals(before)) {
      return new Outcome(now, false);
    }
    replace(record, Json.bytes(now));
    return new Outcome(now, true);
  }

  private Injection read() throws IOException {
    try {
      if (Files.isSymbolicLink(record)) {
        return Injection.NOTHING;
      }
      return Json.mapper().readValue(record.toFile(), Injection.class);
    } catch (FileNotFoundException | NoSuchFileException first) {
      return Injection.NOTHING;
    } catch (JsonProcessingException spoilt) { // the session's files count as its own then
      return Injection.NOTHING;
    }
  }

  private Written write(Chosen chosen, Optional<Injection.Entry> earlier) throws IOException {
    SortedMap<String, byte[]> files = chosen.item().files();
    Map<String, String> given =
        earlier.<Map<String, String>>map(Injection.Entry::files).orElse(Map.of());
    boolean own =
        earlier.filter(entry -> entry.state() != Injection.State.OWN).isEmpty() && isOthers(files);
    if (own) {
      return new Written(Injection.State.OWN, new TreeMap<>());
    }
    SortedMap<String, String> hashes = new TreeMap<>();
    boolean edited = false;
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      String fresh = Json.sha256(file.getValue());
      String before = given.get(file.getKey());
      Optional<String> there = hash(file.getKey());
      boolean untouched =
          before == null ? there.isEmpty() : there.filter(before::equals).isPresent();
      if (untouched || there.filter(fresh::equals).isPresent()) {
        if (there.filter(fresh::equals).isEmpty()) {
          replace(target(file.getKey()), file.getValue());
        }
        hashes.put(file.getKey(), fresh);
      } else {
        edited = true;
        hashes.put(file.getKey(), before == null ? fresh : before);
      }
    }
    return new Written(edited ? Injection.State.EDITED : Injection.State.GIVEN, hashes);
  }

  /** Whether something else than the library's has that name, which nobody here gave. */
  private boolean isOthers(SortedMap<String, byte[]> files) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Optional<String> there = hash(file.getKey());
      if (there.isPresent() && !there.get().equals(Json.sha256(file.getValue()))) {
        return true;
      }
    }
    return false;
  }

  /** Removes what was given once and is no longer wanted, where the session left it as it was. */
  private void removeOthers(Injection before, Set<String> wanted) throws IOException {
    for (Injection.Entry entry : before.items()) {
      for (Map.Entry<String, String> file : entry.files().entrySet()) {
        String path = file.getKey();
        if (!wanted.contains(path)
            && PATH.matcher(path).matches()
            && hash(path).filter(file.getValue()::equals).isPresent()) {
          Files.delete(target(path));
          removeEmpty(Path.of(path));
        }
      }
    }
  }

  private void removeEmpty(Path file) throws IOException {
    for (int depth = file.getNameCount() - 1; depth > 1; depth--) {
      Path at = root.resolve(file.subpath(0, depth));
      try (var inside = Files.newDirectoryStream(at)) {
        if (inside.iterator().hasNext()) {
          return;
        }
      }
      Files.delete(at);
    }
  }

  /** Empty where there is nothing; something that is no plain file has no hash that counts. */
  private Optional<String> hash(String path) throws IOException {
    Path file = target(path);
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(Json.sha256(Files.readAllBytes(file)));
    }
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? Optional.of("") : Optional.empty();
  }

  /**
   * @throws FileSystemException where a folder on the way is a link
   */
  private Path target(String path) throws FileSystemException {
    Path relative = Path.of(path);
    for (int depth = 0; depth < relative.getNameCount(); depth++) {
      Path at = depth == 0 ? root : root.resolve(relative.subpath(0, depth));
      if (Files.isSymbolicLink(at)) {
        throw new FileSystemException(at.toString(), null, "is a link; nothing is written there");
      }
    }
    return root.resolve(relative);
  }

  private static void replace(Path file, byte[] content) throws IOException {
    Path folder = Files.createDirectories(file.resolveSibling(""));
    Path fresh = Files.createTempFile(folder, ".", ".new");
    try {
      Files.write(fresh, content);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
