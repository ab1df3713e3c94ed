package dev.tmuxbuilder.library;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.SiteType;
import java.nio.file.FileSystems;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/** Reads rules as {@code docs/injection-rules.schema.json} describes them. */
final class RulesReader {
  private static final int MOST = 100;

  private final List<Flaw> flaws;

  RulesReader(List<Flaw> flaws) {
    this.flaws = flaws;
  }

  Rules read(String json) {
    JsonNode whole;
    try {
      whole = Json.mapper().readTree(json);
    } catch (JsonProcessingException notJson) {
      flaws.add(new Flaw(Rules.FILE, "schema", "is no JSON: " + notJson.getOriginalMessage()));
      return new Rules(0, List.of());
    }
    Fields fields = new Fields(whole, "", Rules.FILE, flaws);
    fields.only(Set.of("$schema", "most_by_relevance", "rules"));
    if (!whole.path("$schema").asText().equals(Rules.SCHEMA)) {
      fields.wrong("$schema", "must be " + Rules.SCHEMA);
    }
    if (!whole.path("rules").isArray()) {
      fields.wrong("rules", "must be a list");
    }
    List<Rule> rules = new ArrayList<>();
    for (JsonNode rule : whole.path("rules")) {
      rules.add(rule(rule, "rules[" + rules.size() + "]"));
    }
    long ids = rules.stream().map(Rule::id).distinct().count();
    if (ids < rules.size()) {
      fields.wrong("rules", "must have an id each that no other has");
    }
    return new Rules(fields.number("most_by_relevance", 0, MOST, 0), rules);
  }

  private Rule rule(JsonNode rule, String where) {
    Fields fields = new Fields(rule, where, Rules.FILE, flaws);
    fields.only(Set.of("id", "why", "priority", "match", "include", "exclude", "by_relevance"));
    JsonNode match = rule.has("match") ? rule.path("match") : Json.mapper().createObjectNode();
    Fields matching = new Fields(match, where + ".match", Rules.FILE, flaws);
    matching.only(Set.of("host_providers", "site_types", "agents", "words"));
    if (fields.texts("include").isEmpty() && fields.texts("exclude").isEmpty()) {
      fields.wrong("", "must include or exclude something");
    }
    return new Rule(
        fields.text("id", 1, 60),
        fields.text("why", 10, 200),
        fields.number("priority", 0, 1000, 0),
        matching.among("host_providers", HostProvider.class),
        matching.among("site_types", SiteType.class),
        matching.among("agents", AgentKind.class),
        matching.texts("words"),
        globs(fields, "include"),
        globs(fields, "exclude"),
        fields.yes("by_relevance"));
  }

  private static List<String> globs(Fields fields, String member) {
    List<String> good = new ArrayList<>();
    for (String glob : fields.texts(member)) {
      try {
        FileSystems.getDefault().getPathMatcher("glob:" + glob);
        good.add(glob);
      } catch (PatternSyntaxException broken) {
        fields.wrong(member, "has a broken glob, \"" + glob + "\": " + broken.getDescription());
      }
    }
    return good;
  }
}
