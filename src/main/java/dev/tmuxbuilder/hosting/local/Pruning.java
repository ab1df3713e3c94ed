package dev.tmuxbuilder.hosting.local;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Removes the releases of a site to which nobody is likely to go back: all but the live one and a
 * number of those that were live last. The one before the live one always stays, as visitors may
 * still be reading from it. Blocks.
 *
 * @param earlier how many are kept besides the live one, at least 1
 */
record Pruning(int earlier) {
  Pruning {
    earlier = Math.max(1, earlier);
  }

  /** Returns how many releases were removed. */
  int prune(SiteDirectory site, String live) throws IOException {
    List<String> here = site.latestFirst();
    List<String> others = here.stream().filter(sha256 -> !sha256.equals(live)).toList();
    if (others.size() <= earlier) {
      return 0;
    }
    List<String> gone = others.subList(earlier, others.size());
    for (String sha256 : gone) {
      site.forget(sha256);
    }
    Set<String> contents = new HashSet<>(Digests.byPath(site.release(live)).values());
    for (String kept : others.subList(0, earlier)) {
      contents.addAll(Digests.byPath(site.release(kept)).values());
    }
    removeForms(site.encoded(), contents);
    return gone.size();
  }

  /** Compressed forms are named by the digest of what they hold. */
  private static void removeForms(Path encoded, Set<String> contents) throws IOException {
    try (Stream<Path> forms = Files.list(encoded)) {
      for (Path form : forms.filter(file -> Files.isRegularFile(file, NOFOLLOW_LINKS)).toList()) {
        String name = form.getFileName().toString();
        int ending = name.indexOf('.');
        if (ending > 0 && !contents.contains(name.substring(0, ending))) {
          Files.deleteIfExists(form);
        }
      }
    }
  }
}
