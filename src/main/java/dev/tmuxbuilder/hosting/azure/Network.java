package dev.tmuxbuilder.hosting.azure;

import com.azure.resourcemanager.resources.fluent.models.GenericResourceInner;
import com.azure.resourcemanager.resources.models.Sku;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.hosting.azure.Things.Thing;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * How visitors reach a site's machine: an address that stays, with a name of Azure's, a network
 * card behind it, and a firewall that lets them in by 80 and 443 and nobody by anything else.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/virtualnetwork">its resources</a>
 */
record Network(Things things, AzureIds ids) {
  private static final Map<Integer, Integer> PRIORITIES =
      new LinkedHashMap<>(Map.of(80, 100, 443, 110));
  private static final String RANGE = "10.20.0.0/24";
  private static final String SUBNET = "site";

  Thing firewall() {
    return new Thing(Kind.FIREWALL, ids.of(Kind.FIREWALL), "the firewall");
  }

  Thing network() {
    return new Thing(Kind.NETWORK, ids.of(Kind.NETWORK), "the network");
  }

  Thing address() {
    return new Thing(Kind.ADDRESS, ids.of(Kind.ADDRESS), "the public address");
  }

  Thing card() {
    return new Thing(Kind.CARD, ids.of(Kind.CARD), "the network card");
  }

  /**
   * @param where its group is
   * @return the address
   */
  @CheckReturnValue
  Uni<GenericResourceInner> ensure(
      String stage, String where, Map<String, String> tags, Progress progress) {
    return put(
            stage,
            firewall(),
            there -> differences(there).isEmpty(),
            resource(where, rules()),
            tags,
            progress)
        .chain(() -> put(stage, network(), there -> true, resource(where, range()), tags, progress))
        .chain(
            () ->
                put(
                    stage,
                    address(),
                    there -> !host(there).isEmpty(),
                    resource(where, label()).withSku(new Sku().withName("Standard")),
                    tags,
                    progress))
        .call(
            () -> put(stage, card(), this::leads, resource(where, connections()), tags, progress));
  }

  private Uni<GenericResourceInner> put(
      String stage,
      Thing thing,
      Predicate<JsonNode> isSo,
      GenericResourceInner wanted,
      Map<String, String> tags,
      Progress progress) {
    return things.ensure(
        stage, thing, isSo, there -> Uni.createFrom().item(wanted), tags, progress);
  }

  private static GenericResourceInner resource(String where, Map<String, Object> properties) {
    GenericResourceInner resource = new GenericResourceInner().withProperties(properties);
    resource.withLocation(where);
    return resource;
  }

  private static Map<String, Object> rules() {
    List<Map<String, Object>> rules =
        PRIORITIES.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(rule -> rule(rule.getKey(), rule.getValue()))
            .toList();
    return Map.of("securityRules", rules);
  }

  private static Map<String, Object> rule(int port, int priority) {
    return Map.of(
        "name",
        "visitors-" + port,
        "properties",
        Map.of(
            "priority", priority,
            "direction", "Inbound",
            "access", "Allow",
            "protocol", "Tcp",
            "sourceAddressPrefix", "*",
            "sourcePortRange", "*",
            "destinationAddressPrefix", "*",
            "destinationPortRange", Integer.toString(port)));
  }

  /** What of the firewall is not as it was made, in words. */
  static List<String> differences(JsonNode there) {
    TreeSet<String> open = new TreeSet<>();
    TreeSet<Integer> shut = new TreeSet<>(PRIORITIES.keySet());
    for (JsonNode rule : there.path("securityRules")) {
      JsonNode is = rule.path("properties");
      if (!is.path("direction").asText().equals("Inbound")) {
        continue;
      }
      String range = is.path("destinationPortRange").asText();
      boolean visitors =
          PRIORITIES.keySet().stream().anyMatch(port -> range.equals(Integer.toString(port)))
              && is.path("protocol").asText().equalsIgnoreCase("Tcp");
      if (!is.path("access").asText().equals("Allow")) {
        continue;
      }
      if (visitors && is.path("sourceAddressPrefix").asText().equals("*")) {
        shut.remove(Integer.parseInt(range));
      } else {
        open.add("somebody opened " + (range.isEmpty() ? "several ports" : range));
      }
    }
    List<String> words = new ArrayList<>();
    shut.forEach(port -> words.add("port " + port + " is shut"));
    words.addAll(open);
    return words;
  }

  private static Map<String, Object> range() {
    return Map.of(
        "addressSpace",
        Map.of("addressPrefixes", List.of(RANGE)),
        "subnets",
        List.of(Map.of("name", SUBNET, "properties", Map.of("addressPrefix", RANGE))));
  }

  private Map<String, Object> label() {
    return Map.of(
        "publicIPAllocationMethod",
        "Static",
        "publicIPAddressVersion",
        "IPv4",
        "dnsSettings",
        Map.of("domainNameLabel", ids.names().machine()));
  }

  private Map<String, Object> connections() {
    return Map.of(
        "networkSecurityGroup",
        Map.of("id", ids.of(Kind.FIREWALL)),
        "ipConfigurations",
        List.of(
            Map.of(
                "name",
                "site",
                "properties",
                Map.of(
                    "primary",
                    true,
                    "privateIPAllocationMethod",
                    "Dynamic",
                    "subnet",
                    Map.of("id", ids.of(Kind.NETWORK) + "/subnets/" + SUBNET),
                    "publicIPAddress",
                    Map.of("id", ids.of(Kind.ADDRESS))))));
  }

  /** Whether the card leads from the site's address, through its firewall. */
  private boolean leads(JsonNode card) {
    return card.path("networkSecurityGroup")
            .path("id")
            .asText()
            .equalsIgnoreCase(ids.of(Kind.FIREWALL))
        && card.path("ipConfigurations")
            .path(0)
            .path("properties")
            .path("publicIPAddress")
            .path("id")
            .asText()
            .equalsIgnoreCase(ids.of(Kind.ADDRESS));
  }

  private static String host(JsonNode address) {
    return address.path("dnsSettings").path("fqdn").asText();
  }

  /** The site's URL: empty as long as the address has no name. */
  static Optional<URI> url(GenericResourceInner address) {
    String host = host(Things.properties(address));
    return host.isEmpty() ? Optional.empty() : Optional.of(URI.create("http://" + host + "/"));
  }

  @CheckReturnValue
  Uni<Map<String, List<String>>> changes(String stage) {
    return Uni.combine()
        .all()
        .unis(things.find(stage, firewall()), things.find(stage, card()))
        .with(
            (ofFirewall, ofCard) -> {
              Map<String, List<String>> words = new LinkedHashMap<>();
              ofFirewall.ifPresent(
                  there -> words.put(ids.of(Kind.FIREWALL), differences(Things.properties(there))));
              ofCard.ifPresent(
                  there ->
                      words.put(
                          ids.of(Kind.CARD),
                          leads(Things.properties(there))
                              ? List.of()
                              : List.of("it does not lead from the site's address any more")));
              return words;
            });
  }
}
