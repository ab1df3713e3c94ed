package dev.tmuxbuilder.hosting.azure;

/**
 * Where the resources of a session are, as Resource Manager addresses them.
 *
 * @param subscription the subscription's id
 */
record AzureIds(String subscription, AzureNames names) {
  static final String GROUP = "Microsoft.Resources/resourceGroups";
  static final String ACCOUNT = "Microsoft.Storage/storageAccounts";
  static final String PROFILE = "Microsoft.Cdn/profiles";
  static final String ENDPOINT = "Microsoft.Cdn/profiles/afdEndpoints";

  String group() {
    return "/subscriptions/" + subscription + "/resourceGroups/" + names.group();
  }

  String account() {
    return group() + "/providers/" + ACCOUNT + "/" + names.account();
  }

  String profile() {
    return group() + "/providers/" + PROFILE + "/" + names.profile();
  }

  String endpoint() {
    return profile() + "/afdEndpoints/" + names.endpoint();
  }

  String originGroup(String name) {
    return profile() + "/originGroups/" + name;
  }

  String ruleSet(String name) {
    return profile() + "/ruleSets/" + name;
  }
}
