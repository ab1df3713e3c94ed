package dev.tmuxbuilder.verification.browser;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.SelectOption;
import dev.tmuxbuilder.verification.CheckName;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Carries out one check that came with the site, as a visitor would. */
final class OwnCheckRun {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration WHOLE = Duration.ofSeconds(45);
  private static final int LOOK_MS = 50;

  private final Tab tab;
  private final Reporter reporter;
  private final URI site;
  private final OwnCheck own;

  OwnCheckRun(Tab tab, Reporter reporter, URI site, OwnCheck own) {
    this.tab = tab;
    this.reporter = reporter;
    this.site = site;
    this.own = own;
  }

  void run() {
    Check check = Check.start(CheckName.OWN_CHECK, own.path(), own.name());
    try {
      Optional<String> problem = tab.within(WHOLE, "the check " + own.file(), this::problem);
      if (problem.isPresent()) {
        reporter.fail(check, own.file() + ": " + problem.get(), this::picture);
      } else {
        reporter.pass(check, own.file() + ": " + Words.count(own.steps().size(), "step"));
      }
    } catch (BrowserHung hung) {
      reporter.fail(check, own.file() + ": " + hung.getMessage(), Reporter.Camera.NONE);
      tab.reopen();
    } catch (PlaywrightException unusable) {
      reporter.fail(check, own.file() + ": " + Words.firstLine(unusable), this::picture);
    }
  }

  /** The first step that does not work, if there is one. */
  private Optional<String> problem() {
    open(own.path());
    for (int i = 0; i < own.steps().size(); i++) {
      OwnCheck.Step step = own.steps().get(i);
      try {
        if (!works(step)) {
          return Optional.of("steps[" + i + "]: " + said(step));
        }
      } catch (TimeoutError late) {
        return Optional.of("steps[" + i + "]: " + said(step) + " within 5 s");
      }
    }
    return Optional.empty();
  }

  private boolean works(OwnCheck.Step step) {
    Page page = tab.page();
    double patience = PATIENCE.toMillis();
    switch (step) {
      case OwnCheck.Step.Open(String path) -> open(path);
      case OwnCheck.Step.Click(OwnCheck.Thing thing) ->
          find(thing).first().click(new Locator.ClickOptions().setTimeout(patience));
      case OwnCheck.Step.Fill(OwnCheck.Thing thing, String text) ->
          find(thing).first().fill(text, new Locator.FillOptions().setTimeout(patience));
      case OwnCheck.Step.Choose(OwnCheck.Thing thing, String text) ->
          find(thing)
              .first()
              .selectOption(
                  new SelectOption().setLabel(text),
                  new Locator.SelectOptionOptions().setTimeout(patience));
      case OwnCheck.Step.Press(String key) -> page.keyboard().press(key);
      case OwnCheck.Step.ExpectText(String text) -> wait(Scripts.SHOWN.source(), List.of(text));
      case OwnCheck.Step.ExpectNoText(String text) ->
          wait("texts => !(" + Scripts.SHOWN.source().strip() + ")(texts)", List.of(text));
      case OwnCheck.Step.ExpectPath(String path) ->
          wait("path => location.pathname + location.search === path", path);
      case OwnCheck.Step.ExpectCount(OwnCheck.Thing thing, int count) -> {
        return counts(find(thing), count);
      }
    }
    return true;
  }

  private void open(String path) {
    tab.page().navigate(site.resolve(path).toString());
  }

  private void wait(String condition, Object argument) {
    tab.page()
        .waitForFunction(
            condition, argument, new Page.WaitForFunctionOptions().setTimeout(PATIENCE.toMillis()));
  }

  private boolean counts(Locator things, int count) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (visible(things) != count) {
      if (System.nanoTime() > until) {
        return false;
      }
      tab.page().waitForTimeout(LOOK_MS);
    }
    return true;
  }

  private static long visible(Locator things) {
    return things.all().stream().filter(Locator::isVisible).count();
  }

  private Locator find(OwnCheck.Thing thing) {
    Page page = tab.page();
    return switch (thing) {
      case OwnCheck.Thing.ByRole(var role, String name) ->
          page.getByRole(role, new Page.GetByRoleOptions().setName(name));
      case OwnCheck.Thing.ByLabel(String label) -> page.getByLabel(label);
      case OwnCheck.Thing.ByText(String text) -> page.getByText(text);
    };
  }

  private String said(OwnCheck.Step step) {
    return switch (step) {
      case OwnCheck.Step.Open(String path) -> path + " did not load";
      case OwnCheck.Step.Click(OwnCheck.Thing thing) -> "no " + words(thing) + " could be clicked";
      case OwnCheck.Step.Fill(OwnCheck.Thing thing, String ignored) ->
          "no " + words(thing) + " could be filled in";
      case OwnCheck.Step.Choose(OwnCheck.Thing thing, String text) ->
          "no " + words(thing) + " let \"" + text + "\" be chosen";
      case OwnCheck.Step.Press(String key) -> key + " could not be pressed";
      case OwnCheck.Step.ExpectText(String text) -> "\"" + text + "\" was not shown";
      case OwnCheck.Step.ExpectNoText(String text) -> "\"" + text + "\" was still shown";
      case OwnCheck.Step.ExpectPath(String path) ->
          "the page was " + SitePaths.path(URI.create(tab.page().url())) + " and not " + path;
      case OwnCheck.Step.ExpectCount(OwnCheck.Thing thing, int count) ->
          "there were %d and not %d of %s".formatted(visible(find(thing)), count, words(thing));
    };
  }

  private static String words(OwnCheck.Thing thing) {
    return switch (thing) {
      case OwnCheck.Thing.ByRole(var role, String name) ->
          role.name().toLowerCase(java.util.Locale.ROOT) + " \"" + name + "\"";
      case OwnCheck.Thing.ByLabel(String label) -> "field \"" + label + "\"";
      case OwnCheck.Thing.ByText(String text) -> "\"" + text + "\"";
    };
  }

  private Optional<byte[]> picture() {
    return tab.picture(List.of(), List.of());
  }
}
