package dev.tmuxbuilder.verification.browser;

import com.microsoft.playwright.options.AriaRole;
import java.util.List;

/**
 * A check that came with the site, as {@code docs/own-check.schema.json} describes it: what a
 * visitor does, and what should be seen then. It is data; the product's own code carries it out.
 *
 * @param file that it was read from
 * @param name what the site promises
 * @param path of the page where it begins
 */
record OwnCheck(String file, String name, String path, List<Step> steps) {
  OwnCheck {
    steps = List.copyOf(steps);
  }

  /** Something on the page, named as a visitor names it. */
  sealed interface Thing {
    record ByRole(AriaRole role, String name) implements Thing {}

    record ByLabel(String label) implements Thing {}

    record ByText(String text) implements Thing {}
  }

  /** One thing that is done or expected. */
  sealed interface Step {
    record Open(String path) implements Step {}

    record Click(Thing thing) implements Step {}

    record Fill(Thing thing, String text) implements Step {}

    /** Of a list, by the words that are shown. */
    record Choose(Thing thing, String text) implements Step {}

    record Press(String key) implements Step {}

    record ExpectText(String text) implements Step {}

    record ExpectNoText(String text) implements Step {}

    record ExpectPath(String path) implements Step {}

    /** So many of the kind can be seen. */
    record ExpectCount(Thing thing, int count) implements Step {}
  }
}
