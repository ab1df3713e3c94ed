package dev.tmuxbuilder.hosting.azure;

import com.azure.resourcemanager.cdn.fluent.models.RuleInner;
import com.azure.resourcemanager.cdn.models.DeliveryRuleAction;
import com.azure.resourcemanager.cdn.models.DeliveryRuleCondition;
import com.azure.resourcemanager.cdn.models.DeliveryRuleUrlPathCondition;
import com.azure.resourcemanager.cdn.models.MatchProcessingBehavior;
import com.azure.resourcemanager.cdn.models.UrlPathMatchConditionParameters;
import com.azure.resourcemanager.cdn.models.UrlPathOperator;
import com.azure.resourcemanager.cdn.models.UrlRewriteAction;
import com.azure.resourcemanager.cdn.models.UrlRewriteActionParameters;
import dev.tmuxbuilder.hosting.SiteObjects;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rules by which Front Door finds each object of a release that is not whole: what differs from the
 * base in the release's own part, what is gone nowhere, and the rest in the base's part.
 *
 * @see <a href="https://learn.microsoft.com/azure/frontdoor/rules-match-conditions">how requests
 *     are matched: a path has no slash in front</a>
 * @see <a href="https://learn.microsoft.com/azure/frontdoor/front-door-url-rewrite">how paths are
 *     rewritten: by their beginning, the rest stays</a>
 */
record Rewrites(Manifest release) {
  /** A rule set's name has letters and digits alone, and 60 of them at most to be safe. */
  static final String SETS = "release";

  private static final Pattern SET = Pattern.compile(SETS + "([0-9a-z]{1,50})");

  /** Front Door's firewall takes so many values in a condition; of its rules no limit is told. */
  private static final int VALUES = 10;

  /** Each rule is a call that Front Door takes seconds for. */
  private static final int MOST_PATHS = 5 * VALUES;

  /** Fewer objects are copied in less time than it takes to make rules. */
  private static final int WORTH = 50;

  /** The home page's path is empty. */
  private static final String HOME = "^/?$";

  static String set(String artifactSha256) {
    return SETS + new BigInteger(artifactSha256, 16).toString(Character.MAX_RADIX);
  }

  /** The release whose rules are in a set of that name. */
  static Optional<String> release(String set) {
    Matcher name = SET.matcher(set.toLowerCase(Locale.ROOT));
    return name.matches()
        ? Optional.of("%064x".formatted(new BigInteger(name.group(1), Character.MAX_RADIX)))
        : Optional.empty();
  }

  /** Whether rules are fewer than copies, and can say what is to be said. */
  static boolean worthwhile(Manifest release) {
    List<String> exceptions =
        Stream.concat(release.own().stream(), release.gone().stream()).toList();
    return release.objects().size() - release.own().size() >= WORTH
        && exceptions.stream().allMatch(Keys::plain)
        && exceptions.stream().flatMap(Rewrites::paths).count() <= MOST_PATHS;
  }

  /** By name, in the order in which they are tried: the first that fits decides. */
  Map<String, RuleInner> rules() {
    List<RuleInner> rules = new ArrayList<>();
    each(release.own(), Keys.path(release.artifactSha256()), rules);
    each(release.gone(), EdgeConfig.NOTHING, rules);
    rules.add(rule(rules.size() + 1, List.of(), Keys.path(release.base())));
    Map<String, RuleInner> named = new TreeMap<>();
    rules.forEach(rule -> named.put("rewrite%03d".formatted(rule.order()), rule));
    return named;
  }

  private static void each(List<String> keys, String to, List<RuleInner> rules) {
    List<String> paths = keys.stream().flatMap(Rewrites::paths).toList();
    for (int from = 0; from < paths.size(); from += VALUES) {
      List<String> some = paths.subList(from, Math.min(from + VALUES, paths.size()));
      rules.add(rule(rules.size() + 1, matches(UrlPathOperator.EQUAL, some), to));
    }
    if (keys.contains(SiteObjects.INDEX)) {
      rules.add(rule(rules.size() + 1, matches(UrlPathOperator.REG_EX, List.of(HOME)), to));
    }
  }

  /** Where an object is shown, but for the home page's own path. */
  private static Stream<String> paths(String key) {
    return key.endsWith("/" + SiteObjects.INDEX)
        ? Stream.of(key, key.substring(0, key.length() - SiteObjects.INDEX.length()))
        : Stream.of(key);
  }

  private static List<DeliveryRuleCondition> matches(UrlPathOperator how, List<String> values) {
    return List.of(
        new DeliveryRuleUrlPathCondition()
            .withParameters(
                new UrlPathMatchConditionParameters()
                    .withOperator(how)
                    .withNegateCondition(false)
                    .withMatchValues(values)
                    .withTransforms(List.of())));
  }

  /** With no condition it fits every request. */
  private static RuleInner rule(int order, List<DeliveryRuleCondition> conditions, String to) {
    return new RuleInner()
        .withOrder(order)
        .withConditions(conditions)
        .withActions(
            List.of(
                new UrlRewriteAction()
                    .withParameters(
                        new UrlRewriteActionParameters()
                            .withSourcePattern("/")
                            .withDestination(to + "/")
                            .withPreserveUnmatchedPath(true))))
        .withMatchProcessingBehavior(MatchProcessingBehavior.STOP);
  }

  /** Whether a rule does what another one does. */
  static boolean same(RuleInner one, RuleInner other) {
    return essence(one).equals(essence(other));
  }

  /** What of a rule decides where requests lead; Azure adds other things of its own. */
  private static List<String> essence(RuleInner rule) {
    List<String> words = new ArrayList<>();
    words.add(rule.order() + " " + rule.matchProcessingBehavior());
    for (DeliveryRuleCondition condition : none(rule.conditions())) {
      if (condition instanceof DeliveryRuleUrlPathCondition path) {
        words.add(path.parameters().operator() + " " + path.parameters().matchValues());
      } else {
        words.add(condition.name().toString());
      }
    }
    for (DeliveryRuleAction action : none(rule.actions())) {
      words.add(
          action instanceof UrlRewriteAction rewrite
              ? rewrite.parameters().destination()
              : action.name().toString());
    }
    return words;
  }

  private static <T> List<T> none(@Nullable List<T> all) {
    return all == null ? List.of() : all;
  }
}
