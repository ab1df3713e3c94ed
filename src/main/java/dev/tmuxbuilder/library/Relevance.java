package dev.tmuxbuilder.library;

import io.smallrye.mutiny.Uni;
import java.util.List;

/** How much items bear on a brief, by the words that they share. Asks nobody outside. */
public interface Relevance {
  /**
   * @param head name and tags: one of these words must be in the brief
   * @param text what else is said about it
   */
  record Document(String id, String head, String text) {}

  /**
   * @param words that it shares with the brief, as they were compared
   */
  record Ranked(String id, double score, List<String> words) {
    public Ranked {
      words = List.copyOf(words);
    }
  }

  /** Those that bear on the brief, the best first; none where nothing does. Never blocks. */
  Uni<List<Ranked>> rank(String brief, List<Document> documents, int most);
}
