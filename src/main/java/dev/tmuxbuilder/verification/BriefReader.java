package dev.tmuxbuilder.verification;

import java.util.List;

/** Reads from a brief what a visitor should find on the site. */
@FunctionalInterface
public interface BriefReader {
  Expected read(String brief);

  /**
   * @param headings plain text as shown, white space collapsed
   * @param links each once
   */
  record Expected(List<String> headings, List<TestPlan.ExpectedLink> links) {
    public static final Expected NOTHING = new Expected(List.of(), List.of());

    public Expected {
      headings = List.copyOf(headings);
      links = List.copyOf(links);
    }
  }
}
