package dev.tmuxbuilder.hosting.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.SiteType;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which of the rights in {@code deploy/azure/} whoever acts does not have, found out before
 * anything is made: Azure tells everybody what they may do in the subscription. Where it does not,
 * nothing is missing as far as is known.
 *
 * @see <a href="https://learn.microsoft.com/azure/role-based-access-control/role-definitions">how
 *     actions are allowed and taken away again</a>
 */
record Rights(AzureClients azure) {
  private static final String STAGE = "provision";
  private static final String READ = "Microsoft.Authorization/permissions/read";

  /** The actions of one role that the caller has, and what it leaves out of them. */
  private record Permission(List<Pattern> actions, List<Pattern> without) {
    static Permission of(JsonNode node) {
      return new Permission(patterns(node.path("actions")), patterns(node.path("notActions")));
    }

    private static List<Pattern> patterns(JsonNode actions) {
      return actions
          .valueStream()
          .map(
              action ->
                  Pattern.compile(
                      Arrays.stream(action.asText().split("\\*", -1))
                          .map(Pattern::quote)
                          .collect(Collectors.joining(".*")),
                      Pattern.CASE_INSENSITIVE))
          .toList();
    }

    boolean allows(String action) {
      return actions.stream().anyMatch(pattern -> pattern.matcher(action).matches())
          && without.stream().noneMatch(pattern -> pattern.matcher(action).matches());
    }
  }

  /** The missing ones as Azure spells them, sorted. */
  @CheckReturnValue
  Uni<List<String>> missing(SiteType type) {
    String path =
        "/subscriptions/"
            + azure.subscription().id()
            + "/providers/Microsoft.Authorization/permissions?api-version=2022-04-01";
    return permissions(path, new ArrayList<>())
        .map(
            all ->
                wanted(type)
                    .filter(action -> all.stream().noneMatch(one -> one.allows(action)))
                    .sorted()
                    .toList());
  }

  private Uni<List<Permission>> permissions(String address, List<Permission> soFar) {
    return Calls.make(STAGE, READ, () -> azure.rest().get(address))
        .chain(
            page -> {
              page.path("value").forEach(one -> soFar.add(Permission.of(one)));
              String next = page.path("nextLink").asText("");
              return next.isEmpty() || next.equals("null")
                  ? Uni.createFrom().item(soFar)
                  : permissions(next, soFar);
            });
  }

  private static Stream<String> wanted(SiteType type) {
    String name =
        switch (type) {
          case STATIC -> "static-sites.json";
          case DYNAMIC -> "dynamic-sites.json";
        };
    try (InputStream in = Objects.requireNonNull(Rights.class.getResourceAsStream(name), name)) {
      return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), JsonNode.class)
          .get("Actions")
          .valueStream()
          .map(JsonNode::asText);
    } catch (IOException impossible) { // it is a part of the program
      throw new UncheckedIOException(impossible);
    }
  }
}
