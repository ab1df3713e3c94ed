package dev.tmuxbuilder.hosting.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tmuxbuilder.hosting.Machine.Result;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The part of Resource Manager that is about machines: what must be true of them, their disks, and
 * the commands that run on them.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/compute/virtual-machines">machines</a>
 * @see <a href="https://learn.microsoft.com/rest/api/compute/virtual-machine-run-commands">run
 *     commands</a>
 */
final class Compute {
  static final String MACHINE = "microsoft.compute/virtualmachines";
  static final String COMMAND = MACHINE + "/runcommands";
  static final String DISK = "microsoft.compute/disks";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What stands behind virtual machines. */
  interface Machines {
    void made(String machine, String customData);

    /**
     * @param secrets variables of the script
     */
    CompletableFuture<Result> run(
        String machine, String command, String script, Map<String, String> secrets);

    void stop(String machine, String command);

    void gone(String machine);
  }

  private final Map<String, CompletableFuture<Result>> commands = new ConcurrentHashMap<>();
  private final Map<String, String> power = new ConcurrentHashMap<>();
  private volatile Optional<Machines> machines = Optional.empty();

  void standsOn(Machines these) {
    machines = Optional.of(these);
  }

  /** What is wrong with a machine that is asked for, beside what is there. */
  static Optional<ResourceManager.Reply> wrong(ObjectNode wanted, Optional<JsonNode> there) {
    JsonNode properties = wanted.path("properties");
    JsonNode linux = properties.path("osProfile").path("linuxConfiguration");
    String key = linux.path("ssh").path("publicKeys").path(0).path("keyData").asText();
    if (!linux.path("disablePasswordAuthentication").asBoolean()
        || !key.matches("ssh-(ed25519|rsa) [A-Za-z0-9+/=]+( .*)?")) {
      return Optional.of(
          ResourceManager.error(400, "InvalidParameter", "linuxConfiguration.ssh.publicKeys"));
    }
    if (there.isPresent()
        && !there.get().path("properties").path("osProfile").equals(properties.path("osProfile"))) {
      return Optional.of(
          ResourceManager.error(409, "PropertyChangeNotAllowed", "osProfile cannot be changed."));
    }
    String size = properties.path("hardwareProfile").path("vmSize").asText();
    String image = properties.path("storageProfile").path("imageReference").path("sku").asText();
    boolean arm = size.matches("Standard_[A-Z]\\d+p[a-z]*_v\\d");
    if (size.isEmpty() || image.isEmpty() || arm != image.endsWith("arm64")) {
      return Optional.of(
          ResourceManager.error(
              400, "BadRequest", "The size " + size + " does not boot the image " + image + "."));
    }
    return Optional.empty();
  }

  /** The disk that is made with a machine, without the tags of that. */
  static ObjectNode disk(String machine, ObjectNode body) {
    JsonNode wanted = body.path("properties").path("storageProfile").path("osDisk");
    ObjectNode disk = JSON.createObjectNode();
    disk.put("name", wanted.path("name").asText())
        .put("location", body.path("location").asText())
        .put("managedBy", machine);
    disk.putObject("sku")
        .put("name", wanted.path("managedDisk").path("storageAccountType").asText());
    ObjectNode properties = disk.putObject("properties");
    properties
        .put("diskSizeGB", wanted.path("diskSizeGB").asInt())
        .put("provisioningState", "Succeeded")
        .putObject("encryption")
        .put("type", "EncryptionAtRestWithPlatformKey");
    return disk;
  }

  void made(String machine, ObjectNode body) {
    power.put(key(machine), "running");
    machines.ifPresent(
        these ->
            these.made(
                machine, body.path("properties").path("osProfile").path("customData").asText()));
  }

  /** The machine's processor and memory are given back. */
  void switchOff(String machine) {
    power.put(key(machine), "deallocated");
  }

  void start(String machine) {
    power.put(key(machine), "running");
  }

  ObjectNode view(String machine) {
    ObjectNode view = JSON.createObjectNode();
    var statuses = view.putArray("statuses");
    statuses.addObject().put("code", "ProvisioningState/succeeded");
    statuses.addObject().put("code", "PowerState/" + power.get(key(machine)));
    return view;
  }

  boolean runs(String machine) {
    return "running".equals(power.get(key(machine)));
  }

  /** Begins a command, and keeps its secrets to itself. */
  void run(String machine, String command, ObjectNode body) {
    ObjectNode properties = (ObjectNode) body.path("properties");
    Map<String, String> secrets = new java.util.TreeMap<>();
    for (JsonNode secret : properties.path("protectedParameters")) {
      secrets.put(secret.path("name").asText(), secret.path("value").asText());
    }
    properties.remove("protectedParameters");
    String script = properties.path("source").path("script").asText();
    commands.put(
        key(command),
        machines
            .map(these -> these.run(machine, command, script, secrets))
            .orElseGet(() -> CompletableFuture.completedFuture(new Result(0, "", ""))));
  }

  /** A command as it is shown to who asks how it goes on. */
  ObjectNode shown(String command, ObjectNode body) {
    ObjectNode shown = body.deepCopy();
    ObjectNode view = ((ObjectNode) shown.path("properties")).putObject("instanceView");
    CompletableFuture<Result> running = commands.get(key(command));
    if (running == null || !running.isDone()) {
      view.put("executionState", running == null ? "Pending" : "Running").put("exitCode", 0);
      return shown;
    }
    Result result = running.join();
    view.put("executionState", result.code() == 0 ? "Succeeded" : "Failed")
        .put("executionMessage", "")
        .put("exitCode", result.code())
        .put("output", result.out())
        .put("error", result.err());
    return shown;
  }

  void stop(String machine, String command) {
    commands.remove(key(command));
    machines.ifPresent(these -> these.stop(machine, command));
  }

  void gone(String machine) {
    power.remove(key(machine));
    machines.ifPresent(these -> these.gone(machine));
  }

  private static String key(String id) {
    return id.toLowerCase(Locale.ROOT);
  }
}
