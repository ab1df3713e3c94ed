package dev.tmuxbuilder.verification;

import dev.tmuxbuilder.execution.Named;

/** Everything that is checked, by names that are the same from run to run. */
public enum CheckName implements Named {
  URL_ANSWERS("url answers", "status 200 with HTML"),
  RELEASE_IS_LIVE("content is the new release", "every file as it was made"),
  PAGE_LOADS("page loads", "status 200 with HTML, loaded in time, and it stays"),
  NO_CONSOLE_ERROR("no console error", "no error on the browser's console"),
  NO_FAILED_REQUEST("no failed request", "everything that the page asks for arrives"),
  NO_EXTERNAL_REQUEST("no external request", "no request to another origin"),
  NOTHING_OPENS("nothing opens by itself", "no dialog, window or download without a click"),
  LINKS_WORK("links and anchors work", "every link inside the site leads to something"),
  PAGE_DESCRIBES_ITSELF("language, title and description", "all three are set"),
  NO_SIDEWAYS_SCROLL("no sideways scroll", "the page fits its window"),
  ACCESSIBLE_IN_LIGHT("accessible in light", "no serious or critical axe finding"),
  ACCESSIBLE_IN_DARK("accessible in dark", "no serious or critical axe finding"),
  FORM_ECHOES("form keeps the entry", "what was entered appears on the answer"),
  FORM_REFUSES_EMPTY("form refuses an empty field", "a required field that is empty is refused"),
  TITLES_ARE_UNIQUE("titles are unique", "each page has a title of its own"),
  BRIEF_HEADINGS("headings of the brief", "every heading of the brief is on the site"),
  BRIEF_LINKS("links of the brief", "every link of the brief is on the site"),
  MISSING_PAGE("missing page answers 404", "status 404 with HTML"),
  FAVICON_LOADS("favicon loads", "a picture"),
  PAGES_CHECKED("pages checked", "every page that can be reached from the home page"),
  OWN_CHECK("own check", "what the site promises, in its own words");

  private final String wire;
  private final String expectation;

  CheckName(String wire, String expectation) {
    this.wire = wire;
    this.expectation = expectation;
  }

  @Override
  public String wire() {
    return wire;
  }

  /** What should be seen, in words. */
  public String expectation() {
    return expectation;
  }
}
