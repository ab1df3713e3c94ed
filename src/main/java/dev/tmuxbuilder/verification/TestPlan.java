package dev.tmuxbuilder.verification;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.net.URI;
import java.util.List;

/**
 * The end-to-end tests of one site, as data: what is opened, in which sizes and colours, and what
 * should be seen. {@code docs/test-plan.schema.json} describes it field by field.
 *
 * @param siteType {@code static} or {@code dynamic}
 * @param widths of the window, in CSS pixels
 * @param colorSchemes as in the media query {@code prefers-color-scheme}
 * @param pages that are opened, the home page first
 * @param pagesFound that can be reached, opened or not
 * @param missingPage a path at which there is nothing
 * @param headings of the brief; each must be a heading on the site
 * @param links of the brief; each must be a link on the site
 * @param checks what is checked, and what should be seen
 */
@RegisterForReflection
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record TestPlan(
    @JsonProperty("$schema") String schema,
    String executionId,
    int run,
    URI url,
    String siteType,
    String artifactSha256,
    List<Integer> widths,
    List<String> colorSchemes,
    List<PlannedPage> pages,
    int pagesFound,
    String missingPage,
    List<String> headings,
    List<ExpectedLink> links,
    List<PlannedCheck> checks) {
  public static final String SCHEMA = "urn:tmux-builder:test-plan:1";

  public TestPlan {
    widths = List.copyOf(widths);
    colorSchemes = List.copyOf(colorSchemes);
    pages = List.copyOf(pages);
    headings = List.copyOf(headings);
    links = List.copyOf(links);
    checks = List.copyOf(checks);
  }

  /**
   * @param foundOn the path of the page whose link led there; empty for the home page
   * @param forms that are filled in
   */
  @RegisterForReflection
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record PlannedPage(String path, String foundOn, List<PlannedForm> forms) {
    public PlannedPage {
      forms = List.copyOf(forms);
    }
  }

  /**
   * @param index among the forms of its page, from 0
   * @param check what the form promises: {@code echo} shows the entry on the answer
   */
  @RegisterForReflection
  public record PlannedForm(int index, String check) {}

  /**
   * @param href as the brief has it; against the site's URL where it is relative
   */
  @RegisterForReflection
  public record ExpectedLink(String text, String href) {}

  /** A check by its stable name, and in words what should be seen. */
  @RegisterForReflection
  public record PlannedCheck(String name, String expected) {}
}
