package dev.tmuxbuilder.hosting.azure;

import com.azure.resourcemanager.resources.fluent.models.GenericResourceInner;
import com.azure.resourcemanager.resources.models.Identity;
import com.azure.resourcemanager.resources.models.ResourceIdentityType;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.hosting.Chip;
import dev.tmuxbuilder.hosting.Scripts;
import dev.tmuxbuilder.hosting.Wait;
import dev.tmuxbuilder.hosting.azure.Things.Thing;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The virtual machine of a site, with its disk. There is one, by its name.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/compute/virtual-machines/create-or-update">how
 *     it is made</a>
 */
record Machine(
    AzureClients azure, Things things, AzureIds ids, Settings.Azure settings, Wait patience) {
  private static final String KEEPER = "keeper";
  private static final String RUNNING = "PowerState/running";

  /** Ubuntu of 2024, which is kept up until 2029. */
  private static final String OFFER = "ubuntu-24_04-lts";

  Thing thing() {
    return new Thing(Kind.MACHINE, ids.of(Kind.MACHINE), "the machine");
  }

  /** It is made and removed with its machine. */
  Thing disk(Chip chip) {
    return new Thing(Kind.DISK, ids.disk(chip), "the disk");
  }

  @CheckReturnValue
  Uni<Optional<GenericResourceInner>> find(String stage) {
    return things.find(stage, thing());
  }

  static Chip chip(GenericResourceInner machine) {
    String image =
        Things.properties(machine)
            .path("storageProfile")
            .path("imageReference")
            .path("sku")
            .asText();
    return image.endsWith("arm64") ? Chip.ARM64 : Chip.X86_64;
  }

  /**
   * Makes it where it is not there, and starts it where it stands still.
   *
   * @param where its group is
   * @param needed where a release asks for a processor; else what is there will do
   */
  @CheckReturnValue
  Uni<GenericResourceInner> ensure(
      String stage,
      String where,
      Optional<Chip> needed,
      Map<String, String> tags,
      Progress progress) {
    return find(stage)
        .chain(
            there ->
                (there.isPresent() && needed.filter(chip -> chip != chip(there.get())).isPresent()
                        ? makeWay(stage, needed.get(), progress)
                        : Uni.createFrom().voidItem())
                    .chain(() -> made(stage, where, needed, tags, progress))
                    .call(
                        () ->
                            there.isPresent()
                                ? tagged(stage, tags)
                                : taggedOrGone(stage, tags, progress)))
        .call(() -> start(stage, progress));
  }

  private Uni<GenericResourceInner> made(
      String stage,
      String where,
      Optional<Chip> needed,
      Map<String, String> tags,
      Progress progress) {
    return things.ensure(
        stage,
        thing(),
        machine -> true,
        broken ->
            key(stage, broken, progress)
                .map(key -> body(where, needed.orElse(Chip.ARM64), tags, key)),
        Map.of(), // tags of a machine that stands change without it
        progress);
  }

  /** Nothing stays without tags: where its disk cannot have them, a new machine goes again. */
  private Uni<Void> taggedOrGone(String stage, Map<String, String> tags, Progress progress) {
    return tagged(stage, tags)
        .onFailure()
        .call(
            () ->
                things
                    .remove(stage, thing(), progress)
                    .onFailure() // why it has no tags says more than why it is still there
                    .recoverWithNull());
  }

  private Uni<Void> makeWay(String stage, Chip chip, Progress progress) {
    progress.warn(
        stage,
        "The release needs a %s processor: the machine makes way, and what the site stored on its disk with it"
            .formatted(chip.wire()));
    return things.remove(stage, thing(), progress);
  }

  /** One that Azure could not finish cannot be set right: it is made anew. */
  private Uni<String> key(String stage, Optional<GenericResourceInner> broken, Progress progress) {
    return (broken.isPresent()
            ? things.remove(stage, thing(), progress)
            : Uni.createFrom().voidItem())
        .chain(() -> VirtualThreads.call("a key that nobody has", SshKey::forNobody));
  }

  private GenericResourceInner body(String where, Chip chip, Map<String, String> tags, String key) {
    GenericResourceInner machine =
        new GenericResourceInner()
            .withIdentity(new Identity().withType(ResourceIdentityType.SYSTEM_ASSIGNED))
            .withProperties(properties(chip, key));
    machine.withLocation(where);
    machine.withTags(tags);
    return machine;
  }

  private Map<String, Object> properties(Chip chip, String key) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("hardwareProfile", Map.of("vmSize", size(chip)));
    properties.put(
        "storageProfile",
        Map.of(
            "imageReference",
            Map.of(
                "publisher",
                "Canonical",
                "offer",
                OFFER,
                "sku",
                chip == Chip.ARM64 ? "server-arm64" : "server",
                "version",
                "latest"),
            "osDisk",
            Map.of(
                "name", ids.diskName(chip),
                "createOption", "FromImage",
                "deleteOption", "Delete",
                "diskSizeGB", settings.diskGb(),
                "managedDisk", Map.of("storageAccountType", "StandardSSD_LRS"))));
    properties.put(
        "osProfile",
        Map.of(
            "computerName",
            "site",
            "adminUsername",
            KEEPER,
            "customData",
            Base64.getEncoder()
                .encodeToString(new Scripts("azure").machine().getBytes(StandardCharsets.UTF_8)),
            "linuxConfiguration",
            Map.of(
                "disablePasswordAuthentication",
                true,
                "provisionVMAgent",
                true,
                "ssh",
                Map.of(
                    "publicKeys",
                    List.of(
                        Map.of(
                            "path",
                            "/home/" + KEEPER + "/.ssh/authorized_keys",
                            "keyData",
                            key))))));
    properties.put(
        "networkProfile",
        Map.of(
            "networkInterfaces",
            List.of(
                Map.of(
                    "id",
                    ids.of(Kind.CARD),
                    "properties",
                    Map.of("primary", true, "deleteOption", "Detach")))));
    if (settings.encryptionAtHost()) {
      properties.put("securityProfile", Map.of("encryptionAtHost", true));
    }
    return properties;
  }

  private String size(Chip chip) {
    return switch (chip) {
      case ARM64 -> settings.machineArm();
      case X86_64 -> settings.machineX86();
    };
  }

  /**
   * Sees to it that machine and disk carry the tags. A machine's disk has no tags of its own in the
   * call that makes both; it is given those of the machine, where Azure keeps to that.
   */
  @CheckReturnValue
  Uni<Void> tagged(String stage, Map<String, String> tags) {
    return tagged(stage, thing(), tags)
        .chain(() -> tagged(stage, disk(Chip.ARM64), tags))
        .chain(() -> tagged(stage, disk(Chip.X86_64), tags));
  }

  private Uni<Void> tagged(String stage, Thing thing, Map<String, String> tags) {
    return things
        .find(stage, thing)
        .chain(
            there ->
                there.isEmpty() || AzureTags.carries(there.get().tags(), tags)
                    ? Uni.createFrom().voidItem()
                    : things.tag(stage, thing, tags));
  }

  private Uni<Void> start(String stage, Progress progress) {
    return isRunning(stage)
        .chain(
            so ->
                so
                    ? Uni.createFrom().voidItem()
                    : Calls.make(
                            stage,
                            Kind.MACHINE.action("start/action"),
                            () -> azure.rest().post(path("/start"), Map.of()))
                        .chain(
                            () ->
                                patience.until(
                                    stage,
                                    "Azure starts the machine",
                                    progress,
                                    () -> isRunning(stage),
                                    running -> running))
                        .invoke(() -> progress.info(stage, "Started the machine again"))
                        .replaceWithVoid());
  }

  /**
   * Gives back what is charged by the hour; the disk and what is on it stay. It may have happened
   * before.
   */
  @CheckReturnValue
  Uni<Void> stop(String stage, Progress progress) {
    return isRunning(stage)
        .chain(
            runs ->
                runs
                    ? Calls.make(
                            stage,
                            Kind.MACHINE.action("deallocate/action"),
                            () -> azure.rest().post(path("/deallocate"), Map.of()))
                        .chain(
                            () ->
                                patience.until(
                                    stage,
                                    "Azure stops the machine",
                                    progress,
                                    () -> isRunning(stage),
                                    running -> !running))
                        .replaceWithVoid()
                    : Uni.createFrom().voidItem())
        .invoke(() -> progress.info(stage, "Stopped the machine"));
  }

  /** Whether it is there and runs. */
  @CheckReturnValue
  Uni<Boolean> isRunning(String stage) {
    return Calls.find(
            stage,
            Kind.MACHINE.action("instanceView/read"),
            () -> azure.rest().get(path("/instanceView")))
        .map(found -> found.filter(Machine::runs).isPresent());
  }

  private static boolean runs(JsonNode view) {
    for (JsonNode status : view.path("statuses")) {
      if (status.path("code").asText().equals(RUNNING)) {
        return true;
      }
    }
    return false;
  }

  private String path(String part) {
    return ids.of(Kind.MACHINE) + part + "?api-version=" + Kind.MACHINE.version();
  }

  @CheckReturnValue
  Uni<Map<String, List<String>>> changes(String stage) {
    return find(stage)
        .chain(
            there ->
                there.isEmpty()
                    ? Uni.createFrom().item(Map.of())
                    : isRunning(stage)
                        .map(
                            runs ->
                                Map.of(
                                    ids.of(Kind.MACHINE),
                                    runs ? List.of() : List.of("it does not run"))));
  }
}
