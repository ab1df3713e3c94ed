package dev.tmuxbuilder.verification.browser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.PlaywrightException;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/**
 * What a page says about itself. Texts are plain, with white space collapsed, and empty where the
 * page says nothing.
 *
 * @param icon the URL of the favicon that it names
 * @param ids where a fragment may lead
 * @param forms that promise something
 */
@RegisterForReflection
record PageOutline(
    String title,
    String lang,
    String description,
    String icon,
    List<String> headings,
    List<Link> links,
    List<String> ids,
    List<Form> forms) {

  /**
   * @param href absolute
   */
  @RegisterForReflection
  record Link(String text, String href) {}

  /**
   * @param index among the forms of the page, from 0
   * @param check what it promises
   * @param required how many fields must not be empty
   */
  @RegisterForReflection
  record Form(int index, String check, String method, int required) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads what {@link Scripts#OUTLINE} returns. */
  static List<PageOutline> read(Object json) {
    return parse(json, new TypeReference<>() {});
  }

  /** Reads what any script returns as JSON. */
  static <T> T parse(Object json, TypeReference<T> type) {
    try {
      return JSON.readValue((String) json, type);
    } catch (JsonProcessingException spoilt) {
      throw new PlaywrightException(
          "the page spoils what its own browser says: " + spoilt.getOriginalMessage(), spoilt);
    }
  }
}
