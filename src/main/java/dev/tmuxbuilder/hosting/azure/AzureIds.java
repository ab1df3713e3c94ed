package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.hosting.Chip;

/**
 * Where the resources of a session are, as Resource Manager addresses them.
 *
 * @param subscription the subscription's id
 */
record AzureIds(String subscription, AzureNames names) {
  private static final String GROUPS = "/resourceGroups/";
  private static final String PROVIDERS = "/providers/";

  String of(Kind kind) {
    return switch (kind) {
      case GROUP -> "/subscriptions/" + subscription + GROUPS + names.group();
      case ACCOUNT -> inGroup(kind, names.account());
      case PROFILE -> inGroup(kind, names.profile());
      case ENDPOINT -> of(Kind.PROFILE) + "/afdEndpoints/" + names.endpoint();
      case MACHINE, CARD, ADDRESS, NETWORK, FIREWALL -> inGroup(kind, names.machine());
      case DISK -> disk(Chip.ARM64);
      case RUN_COMMAND -> of(Kind.MACHINE) + "/runCommands/rollout";
    };
  }

  private String inGroup(Kind kind, String name) {
    return of(Kind.GROUP) + PROVIDERS + kind.type() + "/" + name;
  }

  /** A machine for another processor has another disk: the one before may still be going. */
  String disk(Chip chip) {
    return inGroup(Kind.DISK, diskName(chip));
  }

  String diskName(Chip chip) {
    return names.machine() + "-" + chip.wire();
  }

  String originGroup(String name) {
    return of(Kind.PROFILE) + "/originGroups/" + name;
  }

  String ruleSet(String name) {
    return of(Kind.PROFILE) + "/ruleSets/" + name;
  }

  /** The name of the group in which something is, or which it is; empty where it is in none. */
  static String groupOf(String id) {
    String[] parts = id.split("/", -1);
    return parts.length > 4 && parts[3].equalsIgnoreCase("resourceGroups") ? parts[4] : "";
  }
}
