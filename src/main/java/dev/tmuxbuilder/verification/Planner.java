package dev.tmuxbuilder.verification;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;

/** Makes the tests for a site from what was found there and what its brief asks for. */
@ApplicationScoped
public class Planner {
  private static final List<Integer> WIDTHS = List.of(1440, 768, 360);
  private static final List<String> COLOR_SCHEMES = List.of("light", "dark");
  private static final List<CheckName> BEFORE =
      List.of(CheckName.URL_ANSWERS, CheckName.RELEASE_IS_LIVE);

  private final BriefReader briefs;

  @Inject
  public Planner(BriefReader briefs) {
    this.briefs = briefs;
  }

  /**
   * @param pages to open, the home page first
   * @param found how many pages can be reached
   */
  public TestPlan plan(Target target, List<TestPlan.PlannedPage> pages, int found) {
    BriefReader.Expected expected =
        target.brief().map(briefs::read).orElse(BriefReader.Expected.NOTHING);
    return new TestPlan(
        TestPlan.SCHEMA,
        target.execution().toString(),
        target.run(),
        target.url(),
        target.siteType().wire(),
        target.artifact().sha256(),
        WIDTHS,
        COLOR_SCHEMES,
        pages,
        found,
        "/no-such-page-" + target.artifact().sha256().substring(0, 8),
        expected.headings(),
        expected.links(),
        Arrays.stream(CheckName.values())
            .filter(name -> !BEFORE.contains(name))
            .map(name -> new TestPlan.PlannedCheck(name.wire(), name.expectation()))
            .toList());
  }
}
