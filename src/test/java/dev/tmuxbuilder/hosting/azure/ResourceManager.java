package dev.tmuxbuilder.hosting.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Azure Resource Manager for one subscription, in memory, as its REST pages describe it: create or
 * update, provisioning states that take a number of looks, Azure-AsyncOperation and Location,
 * paging, groups that take everything with them, and its errors.
 *
 * @see <a
 *     href="https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations">
 *     asynchronous operations</a>
 * @see <a href="https://learn.microsoft.com/rest/api/storagerp/storage-accounts">storage
 *     accounts</a>
 * @see <a href="https://learn.microsoft.com/rest/api/frontdoor/azurefrontdoorstandardpremium">Front
 *     Door</a>
 * @see <a href="https://learn.microsoft.com/rest/api/virtualnetwork">networks</a>
 * @see <a href="https://learn.microsoft.com/rest/api/resources/tags/update-at-scope">tags</a>
 */
final class ResourceManager {
  static final String SUBSCRIPTION = "5d2b7a10-6f0e-4c3c-9a51-0c3f6f0f9e21";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern GROUP =
      Pattern.compile("/subscriptions/([^/]+)/resourcegroups/([^/]+)", Pattern.CASE_INSENSITIVE);
  private static final Pattern RESOURCE =
      Pattern.compile(
          GROUP.pattern() + "/providers/([^/]+)((?:/[^/]+/[^/]+)+)", Pattern.CASE_INSENSITIVE);
  private static final Pattern ACTION =
      Pattern.compile("(" + RESOURCE.pattern() + ")/(listKeys|purge)", Pattern.CASE_INSENSITIVE);
  private static final String ALL = "/subscriptions/" + SUBSCRIPTION;
  private static final Pattern TAGS =
      Pattern.compile(
          "(" + RESOURCE.pattern() + ")/providers/Microsoft\\.Resources/tags/default",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern RULE_SETS =
      Pattern.compile(RESOURCE.pattern() + "/ruleSets", Pattern.CASE_INSENSITIVE);
  private static final Pattern MACHINE_PART =
      Pattern.compile(
          "(.*/virtualMachines/[^/]+)/(instanceView|start|deallocate)", Pattern.CASE_INSENSITIVE);
  private static final Pattern VERSION =
      Pattern.compile("(?:^|.*&)api-version=\\d{4}-\\d{2}-\\d{2}(?:-preview)?(?:&.*|$)");
  private static final int PAGE = 2;

  /** Kinds that are made at once. */
  private static final Set<String> AT_ONCE = Set.of("microsoft.cdn/profiles/rulesets");

  private static final Set<String> KINDS =
      Set.of(
          "microsoft.storage/storageaccounts",
          "microsoft.cdn/profiles",
          "microsoft.cdn/profiles/afdendpoints",
          "microsoft.cdn/profiles/afdendpoints/routes",
          "microsoft.cdn/profiles/origingroups",
          "microsoft.cdn/profiles/origingroups/origins",
          "microsoft.cdn/profiles/rulesets",
          "microsoft.cdn/profiles/rulesets/rules",
          "microsoft.network/networksecuritygroups",
          "microsoft.network/virtualnetworks",
          "microsoft.network/publicipaddresses",
          "microsoft.network/networkinterfaces",
          Compute.MACHINE,
          Compute.COMMAND,
          Compute.DISK);

  /** An answer of Azure. */
  record Reply(int status, Map<String, String> headers, String body) {}

  /** Something under way. */
  private static final class Work {
    private int looks;

    Work(int looks) {
      this.looks = looks;
    }

    boolean done() {
      return looks-- <= 0;
    }

    void finish() {
      looks = 0;
    }
  }

  private static final class Item {
    private final String id;
    private final String kind;
    private ObjectNode body;
    private Optional<Work> work = Optional.empty();
    private boolean deleting;

    Item(String id, String kind, ObjectNode body) {
      this.id = id;
      this.kind = kind;
      this.body = body;
    }
  }

  /** What a purge was asked for. */
  record Purge(String endpoint, List<String> paths) {}

  private final String base;
  private final Iterator<Map.Entry<String, String>> blobAccounts;
  private final Map<String, Map.Entry<String, String>> blobs = new LinkedHashMap<>();
  private final Map<String, Item> items = new TreeMap<>();
  private final Map<String, Work> operations = new LinkedHashMap<>();
  private final List<Purge> purges = new ArrayList<>();
  private final Set<String> strangers = new java.util.HashSet<>();
  private final Map<String, Integer> quotas = new TreeMap<>();
  private List<String> allowed = List.of("*");
  private List<String> forbidden = List.of();
  private int looks;
  private boolean handsOnTags;
  private final Compute compute = new Compute();
  private final CostManagement costs = new CostManagement();

  /**
   * @param base where it is reached
   * @param blobAccounts names and keys of accounts whose blobs can be used
   */
  ResourceManager(String base, Map<String, String> blobAccounts) {
    this.base = base;
    this.blobAccounts = blobAccounts.entrySet().iterator();
  }

  /** How many looks everything takes from here on. */
  synchronized void takes(int newLooks) {
    looks = newLooks;
  }

  /** All that is under way ends at the next look. */
  synchronized void finish() {
    items.values().forEach(item -> item.work.ifPresent(Work::finish));
    operations.values().forEach(Work::finish);
  }

  /** Somebody else has this storage account. */
  synchronized void takenByAStranger(String account) {
    strangers.add(account);
  }

  /** What the caller may do, by what Azure tells; what is done is not held against it. */
  synchronized void may(List<String> actions, List<String> notActions) {
    allowed = actions;
    forbidden = notActions;
  }

  /** Whether a disk that is made with its machine is given the machine's tags. */
  synchronized void handsOnTags(boolean so) {
    handsOnTags = so;
  }

  /** There is room for so many of a kind. */
  synchronized void quota(String kind, int most) {
    quotas.put(kind.toLowerCase(Locale.ROOT), most);
  }

  Compute compute() {
    return compute;
  }

  CostManagement costs() {
    return costs;
  }

  synchronized void reset() {
    ofKind(Compute.MACHINE).forEach(compute::gone);
    costs.reset();
    may(List.of("*"), List.of());
    items.clear();
    operations.clear();
    purges.clear();
    strangers.clear();
    quotas.clear();
    handsOnTags = false;
    looks = 0;
  }

  /** Everything that is there and is no part of something else, by its id. */
  synchronized List<String> everything() {
    List.copyOf(items.values()).forEach(item -> look(item.id)); // what was to go is gone
    return items.values().stream()
        .filter(item -> item.body.has("location"))
        .map(item -> item.id)
        .toList();
  }

  synchronized List<Purge> purges() {
    return List.copyOf(purges);
  }

  /** What Azure has at an id, or nothing. */
  synchronized Optional<JsonNode> at(String id) {
    return Optional.ofNullable(items.get(id.toLowerCase(Locale.ROOT))).map(item -> item.body);
  }

  /** Somebody makes a group by hand. */
  synchronized void made(String group, Map<String, String> tags) {
    ObjectNode body = JSON.createObjectNode().put("location", "eastus");
    body.set("tags", JSON.valueToTree(tags));
    putGroup(ALL + "/resourceGroups/" + group, null, body.toString());
  }

  /** Ids of all resources of a kind. */
  synchronized List<String> ofKind(String kind) {
    return items.values().stream()
        .filter(item -> item.kind.equalsIgnoreCase(kind))
        .map(item -> item.id)
        .toList();
  }

  /** Somebody changes something by hand. */
  synchronized void change(String id, java.util.function.Consumer<ObjectNode> by) {
    by.accept(Objects.requireNonNull(items.get(id.toLowerCase(Locale.ROOT)), id).body);
  }

  /** Which of the blob server's accounts a storage account has. */
  synchronized String blobAccount(String account) {
    return Objects.requireNonNull(blobs.get(account), account).getKey();
  }

  synchronized Reply handle(String method, String path, String query, String body) {
    if (!VERSION.matcher(query).matches()) {
      return error(400, "MissingApiVersionParameter", "The api-version query parameter is needed.");
    }
    if (path.equals("/subscriptions")) {
      return ok(200, subscriptions());
    }
    Matcher subscription = Pattern.compile("/subscriptions/([^/]+)(/.*)?").matcher(path);
    if (!subscription.matches() || !subscription.group(1).equals(SUBSCRIPTION)) {
      return error(404, "SubscriptionNotFound", "The subscription could not be found.");
    }
    Matcher operation = Pattern.compile(".*/operationresults/(\\d+)").matcher(path);
    if (operation.matches()) {
      return operation(operation.group(1));
    }
    Matcher group = GROUP.matcher(path);
    if (group.matches()) {
      return group(method, path, body);
    }
    if (method.equals("GET") && path.equalsIgnoreCase(ALL + "/resourcegroups")) {
      return page(path, query, groups());
    }
    if (path.endsWith("/resources") && method.equals("GET")) {
      return list(path.substring(0, path.length() - "/resources".length()), path, query);
    }
    if (path.equals(ALL + "/providers/Microsoft.CostManagement/query") && method.equals("POST")) {
      return costs.query(base + path, query, read(body));
    }
    if (path.equals(ALL + "/providers/Microsoft.Authorization/permissions")) {
      ObjectNode answer = JSON.createObjectNode();
      ObjectNode may = answer.putArray("value").addObject();
      allowed.forEach(may.putArray("actions")::add);
      forbidden.forEach(may.putArray("notActions")::add);
      return ok(200, answer);
    }
    Matcher sets = RULE_SETS.matcher(path);
    if (sets.matches() && method.equals("GET")) {
      return page(path, query, under(path, "microsoft.cdn/profiles/rulesets"));
    }
    Matcher tags = TAGS.matcher(path);
    if (tags.matches() && method.equals("PATCH")) {
      return addTags(tags.group(1), read(body));
    }
    Matcher machine = MACHINE_PART.matcher(path);
    if (machine.matches()) {
      return machine(method, machine.group(1), machine.group(2));
    }
    Matcher action = ACTION.matcher(path);
    if (action.matches() && method.equals("POST")) {
      return action(action.group(1), path.substring(path.lastIndexOf('/') + 1), body);
    }
    Matcher resource = RESOURCE.matcher(path);
    if (resource.matches()) {
      return resource(method, path, query, kind(resource), body);
    }
    return error(404, "InvalidResourceType", "Nothing is known of " + path);
  }

  private static String kind(Matcher resource) {
    StringBuilder kind = new StringBuilder(resource.group(3));
    String[] parts = resource.group(4).substring(1).split("/");
    for (int i = 0; i < parts.length; i += 2) {
      kind.append('/').append(parts[i]);
    }
    return kind.toString().toLowerCase(Locale.ROOT);
  }

  private static ObjectNode subscriptions() {
    ObjectNode all = JSON.createObjectNode();
    all.putArray("value")
        .addObject()
        .put("id", "/subscriptions/" + SUBSCRIPTION)
        .put("subscriptionId", SUBSCRIPTION)
        .put("displayName", "sunwaretech")
        .put("state", "Enabled");
    return all;
  }

  private Reply operation(String id) {
    Work work = operations.get(id);
    if (work == null) {
      return error(404, "NotFound", "There is no such operation.");
    }
    ObjectNode status = JSON.createObjectNode();
    return ok(200, status.put("status", work.done() ? "Succeeded" : "InProgress"));
  }

  private Reply group(String method, String path, String body) {
    Item there = look(path);
    return switch (method) {
      case "GET" -> there == null ? noGroup(path) : ok(200, there.body);
      case "PUT" -> putGroup(path, there, body);
      case "DELETE" -> {
        if (there == null) {
          yield noGroup(path);
        }
        there.deleting = true;
        there.work = Optional.of(new Work(looks));
        state(there, "Deleting");
        yield new Reply(202, Map.of("Location", begin(looks)), "");
      }
      default -> error(405, "MethodNotAllowed", method);
    };
  }

  private Reply putGroup(String path, @Nullable Item there, String body) {
    if (there != null && there.deleting) {
      return error(409, "ResourceGroupBeingDeleted", "The resource group is being deleted.");
    }
    ObjectNode wanted = read(body);
    if (!wanted.hasNonNull("location")) {
      return error(400, "LocationRequired", "The location property is required.");
    }
    if (there != null && !there.body.get("location").equals(wanted.get("location"))) {
      return error(409, "InvalidResourceGroupLocation", "It is somewhere else.");
    }
    String id = path.replaceFirst("(?i)/resourcegroups/", "/resourceGroups/"); // as Azure has it
    Item item = new Item(id, "Microsoft.Resources/resourceGroups", wanted);
    wanted.put("id", id).put("name", name(path)).put("type", item.kind);
    state(item, "Succeeded");
    items.put(path.toLowerCase(Locale.ROOT), item);
    return ok(there == null ? 201 : 200, wanted);
  }

  private List<JsonNode> groups() {
    return items.values().stream()
        .filter(item -> item.kind.equals("Microsoft.Resources/resourceGroups"))
        .<JsonNode>map(item -> item.body)
        .toList();
  }

  private Reply list(String path, String address, String query) {
    if (!path.equals(ALL) && look(path) == null) {
      return noGroup(path);
    }
    List<JsonNode> all =
        items.values().stream()
            .filter(item -> item.id.toLowerCase(Locale.ROOT).startsWith(under(path)))
            .filter(item -> item.body.has("location"))
            .filter(item -> !GROUP.matcher(item.id).matches())
            .<JsonNode>map(item -> item.body)
            .toList();
    return page(address, query, all);
  }

  private Reply page(String address, String query, List<JsonNode> all) {
    Matcher token = Pattern.compile(".*skiptoken=(\\d+).*").matcher(query);
    int from = token.matches() ? Integer.parseInt(token.group(1)) : 0;
    ObjectNode page = JSON.createObjectNode();
    ArrayNode value = page.putArray("value");
    all.stream().skip(from).limit(PAGE).forEach(value::add);
    if (from + PAGE < all.size()) {
      page.put(
          "nextLink", base + address + "?api-version=2021-01-01&%24skiptoken=" + (from + PAGE));
    }
    return ok(200, page);
  }

  private List<JsonNode> under(String path, String kind) {
    return items.values().stream()
        .filter(item -> item.kind.equals(kind))
        .filter(item -> item.id.toLowerCase(Locale.ROOT).startsWith(under(path)))
        .<JsonNode>map(item -> item.body)
        .toList();
  }

  private static String under(String path) {
    return path.toLowerCase(Locale.ROOT) + "/";
  }

  private Reply resource(String method, String path, String query, String kind, String body) {
    if (!KINDS.contains(kind)) {
      return error(404, "InvalidResourceType", "Nothing is known of " + kind);
    }
    String group = path.substring(0, path.toLowerCase(Locale.ROOT).indexOf("/providers/"));
    Item inGroup = look(group);
    if (inGroup == null) {
      return noGroup(group);
    }
    Item there = look(path);
    return switch (method) {
      case "GET" -> there == null ? noResource(path) : ok(200, shown(there, query));
      case "PUT" -> put(path, kind, inGroup, there, body);
      case "PATCH" -> patch(path, there, body);
      case "DELETE" -> delete(there);
      default -> error(405, "MethodNotAllowed", method);
    };
  }

  private Reply put(String path, String kind, Item group, @Nullable Item there, String body) {
    if (group.deleting) {
      return error(409, "ResourceGroupBeingDeleted", "The resource group is being deleted.");
    }
    String parent = path.substring(0, path.lastIndexOf('/', path.lastIndexOf('/') - 1));
    if (kind.chars().filter(c -> c == '/').count() > 1 && look(parent) == null) {
      return error(404, "ParentResourceNotFound", "The parent of " + path + " is not there.");
    }
    if (there != null && there.work.isPresent()) {
      return error(409, "Conflict", "Another operation is in progress.");
    }
    ObjectNode wanted = body.isEmpty() ? JSON.createObjectNode() : read(body);
    Optional<Reply> wrong = wrong(path, kind, wanted, there);
    if (wrong.isPresent()) {
      return wrong.get();
    }
    Item item = new Item(path, kind, wanted);
    wanted.put("id", path).put("name", name(path)).put("type", kind);
    complete(item);
    items.put(path.toLowerCase(Locale.ROOT), item);
    if (there == null) {
      brought(item);
    } else if (kind.equals(Compute.COMMAND)) {
      compute.stop(parent, path);
      compute.run(parent, path, item.body);
    }
    boolean fresh = there == null && !kind.equals("microsoft.storage/storageaccounts");
    return begun(item, there == null ? "Creating" : "Updating", fresh ? 201 : 200);
  }

  private Reply begun(Item item, String state, int status) {
    if (AT_ONCE.contains(item.kind) || looks == 0) {
      state(item, "Succeeded");
      return ok(status, item.body);
    }
    item.work = Optional.of(new Work(looks));
    state(item, state);
    if (item.kind.equals("microsoft.storage/storageaccounts")) {
      return new Reply(202, Map.of("Location", begin(looks)), "");
    }
    return new Reply(status, Map.of("Azure-AsyncOperation", begin(looks)), item.body.toString());
  }

  private Optional<Reply> wrong(String path, String kind, ObjectNode wanted, @Nullable Item there) {
    String name = name(path);
    Integer most = quotas.get(kind);
    if (there == null && most != null && ofKind(kind).size() >= most) {
      return Optional.of(error(409, "QuotaExceeded", "The subscription has no room for it."));
    }
    return switch (kind) {
      case "microsoft.storage/storageaccounts" -> {
        if (!name.matches("[a-z0-9]{3,24}")) {
          yield Optional.of(error(400, "AccountNameInvalid", name));
        }
        yield strangers.contains(name)
            ? Optional.of(error(409, "StorageAccountAlreadyTaken", name + " is already taken."))
            : needs(wanted, "location", "sku", "kind");
      }
      case "microsoft.cdn/profiles" -> {
        String sku = wanted.path("sku").path("name").asText();
        yield sku.endsWith("_AzureFrontDoor")
            ? needs(wanted, "location")
            : Optional.of(error(400, "BadRequest", sku + " takes no new profiles."));
      }
      case "microsoft.cdn/profiles/afdendpoints" ->
          name.matches("[A-Za-z0-9]([A-Za-z0-9-]{0,44}[A-Za-z0-9])?")
              ? needs(wanted, "location")
              : Optional.of(error(400, "BadRequest", "The endpoint's name is not valid."));
      case "microsoft.cdn/profiles/rulesets" ->
          name.matches("[A-Za-z][A-Za-z0-9]{0,259}")
              ? Optional.empty()
              : Optional.of(error(400, "BadRequest", "The rule set's name is not valid."));
      case "microsoft.cdn/profiles/rulesets/rules" -> wrongRule(path, wanted);
      case "microsoft.cdn/profiles/afdendpoints/routes" -> wrongRoute(wanted);
      case Compute.MACHINE -> {
        for (JsonNode card :
            wanted.path("properties").path("networkProfile").path("networkInterfaces")) {
          if (look(card.path("id").asText()) == null) {
            yield Optional.of(error(400, "InvalidResourceReference", card.path("id").asText()));
          }
        }
        yield Compute.wrong(wanted, Optional.ofNullable(there).map(one -> one.body))
            .or(() -> needs(wanted, "location"));
      }
      case Compute.COMMAND -> {
        String machine = path.substring(0, path.lastIndexOf('/', path.lastIndexOf('/') - 1));
        yield compute.runs(machine)
            ? needs(wanted, "location")
            : Optional.of(error(409, "OperationNotAllowed", "The machine does not run."));
      }
      case "microsoft.network/networkinterfaces" -> {
        JsonNode ip = wanted.path("properties").path("ipConfigurations").path(0).path("properties");
        String subnet = ip.path("subnet").path("id").asText();
        yield look(ip.path("publicIPAddress").path("id").asText()) == null
                || look(subnet.replaceAll("/subnets/[^/]+$", "")) == null
            ? Optional.of(error(400, "InvalidResourceReference", "It is connected to nothing."))
            : needs(wanted, "location");
      }
      default -> Optional.empty();
    };
  }

  private Optional<Reply> wrongRule(String path, ObjectNode wanted) {
    if (wanted.path("properties").path("actions").size() > 5) {
      return Optional.of(error(400, "BadRequest", "A rule has five actions at most."));
    }
    String set = path.substring(0, path.lastIndexOf("/rules/"));
    List<JsonNode> others =
        under(set, "microsoft.cdn/profiles/rulesets/rules").stream()
            .filter(one -> !one.path("id").asText().equalsIgnoreCase(path))
            .toList();
    JsonNode order = wanted.path("properties").path("order");
    return others.size() < 100
            && others.stream().noneMatch(one -> one.path("properties").path("order").equals(order))
        ? Optional.empty()
        : Optional.of(error(400, "BadRequest", "A hundred rules at most, each at its own place."));
  }

  private Optional<Reply> wrongRoute(ObjectNode wanted) {
    JsonNode properties = wanted.path("properties");
    String group = properties.path("originGroup").path("id").asText();
    boolean origins =
        items.keySet().stream()
            .anyMatch(id -> id.startsWith(group.toLowerCase(Locale.ROOT) + "/origins/"));
    if (look(group) == null || !origins) {
      return Optional.of(error(400, "BadRequest", "The origin group has no origin."));
    }
    for (JsonNode set : properties.path("ruleSets")) {
      if (look(set.path("id").asText()) == null) {
        return Optional.of(error(400, "BadRequest", "There is no such rule set."));
      }
    }
    return Optional.empty();
  }

  private static Optional<Reply> needs(ObjectNode wanted, String... names) {
    for (String name : names) {
      if (!wanted.hasNonNull(name)) {
        return Optional.of(error(400, "InvalidRequestContent", name + " is required."));
      }
    }
    return Optional.empty();
  }

  private void complete(Item item) {
    ObjectNode properties = properties(item);
    if (item.kind.equals("microsoft.storage/storageaccounts")) {
      String account = name(item.id);
      Map.Entry<String, String> blob = blobs.computeIfAbsent(account, fresh -> blobAccounts.next());
      properties
          .putObject("primaryEndpoints")
          .put("blob", base + "/" + blob.getKey() + "/")
          .put("web", "https://" + account + ".z13.web.core.windows.net/");
    } else if (item.kind.equals("microsoft.network/publicipaddresses")) {
      JsonNode label = properties.path("dnsSettings").path("domainNameLabel");
      properties.put("ipAddress", "203.0.113.7");
      ((ObjectNode) properties.path("dnsSettings"))
          .put(
              "fqdn",
              label.asText() + "." + item.body.path("location").asText() + ".cloudapp.azure.com");
    } else if (item.kind.equals("microsoft.cdn/profiles/afdendpoints")) {
      // The same name has the same host name again.
      properties.put(
          "hostName",
          name(item.id)
              + "-"
              + Integer.toString(name(item.id).hashCode() & 0x7fffffff, 36)
              + ".z01.azurefd.net");
    }
  }

  private Reply patch(String path, @Nullable Item there, String body) {
    if (there == null) {
      return noResource(path);
    }
    if (there.work.isPresent()) {
      return error(409, "Conflict", "Another operation is in progress.");
    }
    ObjectNode change = read(body);
    if (change.has("tags")) {
      there.body.set("tags", change.get("tags"));
    }
    if (change.path("properties").isObject()) {
      properties(there).setAll((ObjectNode) change.get("properties"));
    }
    return begun(there, "Updating", looks == 0 ? 200 : 202);
  }

  private Reply delete(@Nullable Item there) {
    if (there == null) {
      return new Reply(204, Map.of(), "");
    }
    if (isUsed(there)) {
      return error(409, "InUse", there.id + " is in use.");
    }
    if (there.kind.equals(Compute.COMMAND)) {
      compute.stop(there.id.substring(0, there.id.lastIndexOf("/runCommands/")), there.id);
    }
    there.deleting = true;
    there.work = Optional.of(new Work(looks));
    state(there, "Deleting");
    return new Reply(202, Map.of("Location", begin(looks)), "");
  }

  /** Whether something else hangs on it. */
  private boolean isUsed(Item there) {
    String id = there.id.toLowerCase(Locale.ROOT);
    boolean network = there.kind.startsWith("microsoft.network/");
    if (there.kind.equals("microsoft.cdn/profiles/rulesets")) {
      return items.values().stream()
          .filter(one -> one.kind.equals("microsoft.cdn/profiles/afdendpoints/routes"))
          .anyMatch(one -> one.body.toString().toLowerCase(Locale.ROOT).contains("\"" + id + "\""));
    }
    return items.values().stream()
        .filter(one -> one != there)
        .filter(
            one ->
                network
                    ? one.kind.startsWith("microsoft.network/") || one.kind.equals(Compute.MACHINE)
                    : there.kind.equals(Compute.DISK) && one.kind.equals(Compute.MACHINE))
        .anyMatch(
            one ->
                one.body.toString().toLowerCase(Locale.ROOT).contains("\"id\":\"" + id)
                        && !one.id.equalsIgnoreCase(there.id)
                    || one.id.equalsIgnoreCase(there.body.path("managedBy").asText()));
  }

  /** What comes with something that was made. */
  private void brought(Item item) {
    if (item.kind.equals(Compute.MACHINE)) {
      ObjectNode disk = Compute.disk(item.id, item.body);
      if (handsOnTags) {
        disk.set("tags", item.body.get("tags"));
      }
      String id =
          item.id.substring(0, item.id.indexOf("/providers/"))
              + "/providers/Microsoft.Compute/disks/"
              + disk.path("name").asText();
      disk.put("id", id).put("type", Compute.DISK);
      items.put(id.toLowerCase(Locale.ROOT), new Item(id, Compute.DISK, disk));
      compute.made(item.id, item.body);
    } else if (item.kind.equals(Compute.COMMAND)) {
      compute.run(item.id.substring(0, item.id.lastIndexOf("/runCommands/")), item.id, item.body);
    }
  }

  private JsonNode shown(Item there, String query) {
    return there.kind.equals(Compute.COMMAND) && query.contains("instanceView")
        ? compute.shown(there.id, there.body)
        : there.body;
  }

  private Reply machine(String method, String machine, String part) {
    if (look(machine) == null) {
      return noResource(machine);
    }
    if (part.equalsIgnoreCase("start") && method.equals("POST")) {
      compute.start(machine);
      return new Reply(202, Map.of("Azure-AsyncOperation", begin(looks)), "");
    }
    if (part.equalsIgnoreCase("deallocate") && method.equals("POST")) {
      compute.switchOff(machine);
      return new Reply(202, Map.of("Azure-AsyncOperation", begin(looks)), "");
    }
    return ok(200, compute.view(machine));
  }

  private Reply addTags(String path, ObjectNode change) {
    Item there = look(path);
    if (there == null) {
      return noResource(path);
    }
    ObjectNode all =
        there.body.path("tags").isObject()
            ? (ObjectNode) there.body.get("tags")
            : there.body.putObject("tags");
    all.setAll((ObjectNode) change.path("properties").path("tags"));
    ObjectNode answer = JSON.createObjectNode().put("id", path + "/providers/x");
    answer.putObject("properties").set("tags", all);
    return ok(200, answer);
  }

  /** The machine to which an address with this label leads. */
  synchronized Optional<String> machineBehind(String label) {
    return ofKind("microsoft.network/publicipaddresses").stream()
        .filter(
            id ->
                label.equals(
                    at(id)
                        .map(one -> one.path("properties").path("dnsSettings"))
                        .map(one -> one.path("domainNameLabel").asText())
                        .orElse("")))
        .flatMap(id -> holding("microsoft.network/networkinterfaces", id).stream())
        .flatMap(id -> holding(Compute.MACHINE, id).stream())
        .filter(compute::runs)
        .findFirst();
  }

  private List<String> holding(String kind, String id) {
    return ofKind(kind).stream()
        .filter(
            one ->
                at(one)
                    .orElseThrow()
                    .toString()
                    .toLowerCase(Locale.ROOT)
                    .contains("\"id\":\"" + id.toLowerCase(Locale.ROOT) + "\""))
        .toList();
  }

  private Reply action(String path, String action, String body) {
    Item there = look(path);
    if (there == null) {
      return noResource(path);
    }
    if (action.equalsIgnoreCase("purge")) {
      List<String> paths = new ArrayList<>();
      read(body).path("contentPaths").forEach(one -> paths.add(one.asText()));
      if (paths.isEmpty() || paths.size() > 100) {
        return error(400, "BadRequest", "From one path to a hundred.");
      }
      purges.add(new Purge(path, paths));
      return new Reply(202, Map.of("Azure-AsyncOperation", begin(looks)), "");
    }
    ObjectNode keys = JSON.createObjectNode();
    keys.putArray("keys")
        .addObject()
        .put("keyName", "key1")
        .put("permissions", "FULL")
        .put("value", Objects.requireNonNull(blobs.get(name(path)), path).getValue());
    return ok(200, keys);
  }

  /** Each look brings what is under way a step further. */
  private @Nullable Item look(String path) {
    String key = path.toLowerCase(Locale.ROOT);
    Item item = items.get(key);
    if (item != null && item.work.filter(Work::done).isPresent()) {
      item.work = Optional.empty();
      if (item.deleting) {
        items.values().stream()
            .filter(one -> one.kind.equals(Compute.MACHINE))
            .map(one -> one.id)
            .filter(id -> (id.toLowerCase(Locale.ROOT) + "/").startsWith(key + "/"))
            .forEach(compute::gone);
        items
            .values()
            .removeIf(one -> one.body.path("managedBy").asText("").equalsIgnoreCase(item.id));
        items.keySet().removeIf(id -> id.equals(key) || id.startsWith(key + "/"));
        return null;
      }
      state(item, "Succeeded");
    }
    return item;
  }

  private String begin(int afterLooks) {
    String id = Integer.toString(operations.size() + 1);
    operations.put(id, new Work(afterLooks));
    return base
        + "/subscriptions/"
        + SUBSCRIPTION
        + "/providers/Microsoft.Resources/operationresults/"
        + id
        + "?api-version=2024-03-01";
  }

  private static ObjectNode properties(Item item) {
    return item.body.path("properties").isObject()
        ? (ObjectNode) item.body.get("properties")
        : item.body.putObject("properties");
  }

  private static void state(Item item, String state) {
    properties(item).put("provisioningState", state);
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static Reply noGroup(String path) {
    return error(404, "ResourceGroupNotFound", "Resource group " + name(path) + " was not found.");
  }

  private static Reply noResource(String path) {
    return error(404, "ResourceNotFound", "The resource " + path + " was not found.");
  }

  static Reply ok(int status, JsonNode body) {
    return new Reply(status, Map.of(), body.toString());
  }

  static Reply error(int status, String code, String message) {
    ObjectNode error = JSON.createObjectNode();
    error.putObject("error").put("code", code).put("message", message);
    return new Reply(status, Map.of(), error.toString());
  }

  private static ObjectNode read(String body) {
    try {
      return (ObjectNode) JSON.readTree(body.getBytes(StandardCharsets.UTF_8));
    } catch (IOException wrong) {
      throw new UncheckedIOException(wrong);
    }
  }
}
