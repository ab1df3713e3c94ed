package dev.tmuxbuilder.hosting.azure;

import com.azure.resourcemanager.storage.fluent.StorageAccountsClient;
import com.azure.resourcemanager.storage.fluent.models.StorageAccountInner;
import com.azure.resourcemanager.storage.models.Kind;
import com.azure.resourcemanager.storage.models.MinimumTlsVersion;
import com.azure.resourcemanager.storage.models.Sku;
import com.azure.resourcemanager.storage.models.SkuName;
import com.azure.resourcemanager.storage.models.StorageAccountCreateParameters;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Wait;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The storage account of a session: no container of it is public, and it speaks TLS 1.2 only. */
final class StorageAccount {
  private final AzureClients azure;
  private final AzureNames names;
  private final String location;
  private final StorageAccountsClient accounts;
  private final Managed<StorageAccountInner> managed;

  StorageAccount(AzureClients azure, AzureNames names, String location, Wait wait) {
    this.azure = azure;
    this.names = names;
    this.location = location;
    this.accounts = azure.storage().getStorageAccounts();
    this.managed =
        new Managed<>(
            "the storage account " + names.account(),
            () -> find("look"),
            StorageAccount::state,
            wait);
  }

  private static String state(StorageAccountInner account) {
    return account.provisioningState() == null ? "" : account.provisioningState().toString();
  }

  @CheckReturnValue
  Uni<Optional<StorageAccountInner>> find(String stage) {
    return Calls.find(
        stage,
        "Microsoft.Storage/storageAccounts/read",
        () ->
            accounts
                .getByResourceGroupWithResponseAsync(names.group(), names.account(), null)
                .map(answer -> answer.getValue()));
  }

  @CheckReturnValue
  Uni<StorageAccountInner> ensure(String stage, Map<String, String> tags, Progress progress) {
    return managed.ensure(
        stage,
        there -> AzureTags.carries(there.tags(), tags) && differences(there).isEmpty(),
        there ->
            Calls.begin(
                stage,
                "Microsoft.Storage/storageAccounts/write",
                () ->
                    accounts.createWithResponseAsync(
                        names.group(),
                        names.account(),
                        wanted(
                            AzureTags.merged(
                                there.map(StorageAccountInner::tags).orElse(null), tags),
                            there.map(StorageAccountInner::location).orElse(location)))),
        progress);
  }

  private static StorageAccountCreateParameters wanted(Map<String, String> tags, String location) {
    return new StorageAccountCreateParameters()
        .withLocation(location)
        .withKind(Kind.STORAGE_V2)
        .withSku(new Sku().withName(SkuName.STANDARD_LRS))
        .withTags(tags)
        .withMinimumTlsVersion(MinimumTlsVersion.TLS1_2)
        .withEnableHttpsTrafficOnly(true)
        .withAllowBlobPublicAccess(false)
        .withAllowCrossTenantReplication(false);
  }

  /** What of its settings is not as it was made, in words. */
  static List<String> differences(StorageAccountInner there) {
    List<String> words = new ArrayList<>();
    if (!MinimumTlsVersion.TLS1_2.equals(there.minimumTlsVersion())) {
      words.add("no longer so: TLS 1.2 at least");
    }
    if (!Boolean.TRUE.equals(there.enableHttpsTrafficOnly())) {
      words.add("no longer so: nothing without TLS");
    }
    if (!Boolean.FALSE.equals(there.allowBlobPublicAccess())) {
      words.add("no longer so: no container is public");
    }
    return words;
  }

  /** The host that serves the account's website. */
  static String webHost(StorageAccountInner account) {
    return Objects.requireNonNull(
        URI.create(Objects.requireNonNull(account.primaryEndpoints().web(), "a web endpoint"))
            .getHost());
  }

  /** The way to its blobs, with a key that Azure gives out for the moment. */
  @CheckReturnValue
  Uni<BlobStore> open(String stage) {
    return find(stage)
        .map(found -> found.orElseThrow(() -> notProvisioned(stage)))
        .chain(
            account ->
                Calls.make(
                        stage,
                        "Microsoft.Storage/storageAccounts/listKeys/action",
                        () ->
                            accounts
                                .listKeysWithResponseAsync(names.group(), names.account(), null)
                                .map(answer -> answer.getValue()))
                    .map(
                        keys ->
                            new BlobStore(
                                azure.blobs(
                                    account.primaryEndpoints().blob(),
                                    blobAccount(account),
                                    keys.keys().getFirst().value()))));
  }

  /** The account's name; in a path-style address it is the path. */
  private static String blobAccount(StorageAccountInner account) {
    String path = URI.create(account.primaryEndpoints().blob()).getPath().replace("/", "");
    return path.isEmpty() ? account.name() : path;
  }

  private StepFailure notProvisioned(String stage) {
    return StepFailure.retryable(
        stage,
        "resource_missing",
        "The storage account " + names.account() + " is not there.",
        "Deploy the site from the start: what is missing is made again.");
  }
}
