package dev.tmuxbuilder.library;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Named;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads the members of an object, and says each that is not as it should be. */
final class Fields {
  private final JsonNode object;
  private final String where;
  private final String path;
  private final List<Flaw> flaws;

  /**
   * @param where in its file, e.g. {@code rules[2]}; empty for the whole
   */
  Fields(JsonNode object, String where, String path, List<Flaw> flaws) {
    this.object = object;
    this.where = where;
    this.path = path;
    this.flaws = flaws;
  }

  void wrong(String member, String what) {
    String name = where.isEmpty() || member.isEmpty() ? where + member : where + "." + member;
    flaws.add(new Flaw(path, "schema", name.isEmpty() ? what : name + " " + what));
  }

  void only(Set<String> known) {
    if (!object.isObject()) {
      wrong("", "must be an object");
    }
    object
        .fieldNames()
        .forEachRemaining(
            member -> {
              if (!known.contains(member)) {
                wrong(member, "is not known; there are " + known.stream().sorted().toList());
              }
            });
  }

  String text(String member, int least, int most) {
    JsonNode value = object.path(member);
    String text = value.asText("").strip();
    if (!value.isTextual() || text.length() < least || text.length() > most) {
      wrong(member, "must be a text of " + least + " to " + most + " characters");
    }
    return text;
  }

  int number(String member, int least, int most, int otherwise) {
    JsonNode value = object.path(member);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isInt() || value.asInt() < least || value.asInt() > most) {
      wrong(member, "must be a whole number from " + least + " to " + most);
    }
    return value.asInt(otherwise);
  }

  boolean yes(String member) {
    JsonNode value = object.path(member);
    if (!value.isMissingNode() && !value.isBoolean()) {
      wrong(member, "must be true or false");
    }
    return value.asBoolean(false);
  }

  List<String> texts(String member) {
    JsonNode list = object.path(member);
    List<String> texts = new ArrayList<>();
    if (list.isMissingNode()) {
      return texts;
    }
    if (!list.isArray()) {
      wrong(member, "must be a list of texts");
    }
    for (JsonNode one : list) {
      if (one.isTextual() && !one.asText().isBlank()) {
        texts.add(one.asText().strip());
      } else {
        wrong(member, "must hold texts only");
      }
    }
    return texts;
  }

  /** Those that are named; all where none is. */
  <E extends Enum<E> & Named> Set<E> among(String member, Class<E> type) {
    EnumSet<E> found = EnumSet.noneOf(type);
    for (String wire : texts(member)) {
      Named.parse(type, wire)
          .ifPresentOrElse(
              found::add,
              () ->
                  wrong(
                      member,
                      "has \"%s\"; there are %s"
                          .formatted(
                              wire,
                              Arrays.stream(type.getEnumConstants()).map(Named::wire).toList())));
    }
    return found.isEmpty() ? EnumSet.allOf(type) : found;
  }
}
