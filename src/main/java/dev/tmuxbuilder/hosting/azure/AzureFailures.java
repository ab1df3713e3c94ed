package dev.tmuxbuilder.hosting.azure;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpResponse;
import com.azure.core.management.exception.ManagementException;
import com.azure.identity.CredentialUnavailableException;
import com.azure.storage.blob.models.BlobStorageException;
import dev.tmuxbuilder.execution.StepFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import reactor.core.Exceptions;

/**
 * From what Azure answers to what a reader can act on. Which of Azure's codes is told by the code,
 * never by a message.
 *
 * @see <a
 *     href="https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors">Resource
 *     Manager's codes</a>
 * @see <a
 *     href="https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes">those of
 *     blobs</a>
 */
final class AzureFailures {
  private static final Set<String> EXPIRED =
      Set.of("ExpiredAuthenticationToken", "TokenExpired", "AuthenticationTokenExpired");

  private static final Set<String> REFUSED =
      Set.of(
          "InvalidAuthenticationToken",
          "InvalidAuthenticationTokenTenant",
          "AuthenticationFailed",
          "AuthenticationFailedInvalidHeader",
          "InvalidAuthenticationInfo");

  private static final Set<String> DENIED =
      Set.of(
          "AuthorizationFailed",
          "LinkedAuthorizationFailed",
          "AuthorizationFailure",
          "AuthorizationPermissionMismatch",
          "InsufficientAccountPermissions",
          "KeyBasedAuthenticationNotPermitted");

  private static final Set<String> FORBIDDEN =
      Set.of("RequestDisallowedByPolicy", "RequestDisallowedByAzure", "ScopeLocked");

  private static final Set<String> QUOTA =
      Set.of(
          "QuotaExceeded",
          "ResourceQuotaExceeded",
          "ResourceCountExceedsLimitDueToTemplate",
          "ResourceGroupQuotaExceeded",
          "MaxStorageAccountsCountPerSubscriptionExceeded",
          "SubscriptionMaxResourceLimitReached",
          "PublicIPCountLimitReached",
          "OperationNotAllowed",
          "SkuNotAvailable");

  private static final Set<String> TAKEN =
      Set.of(
          "StorageAccountAlreadyTaken",
          "AccountNameUnavailable",
          "NameUnavailable",
          "DnsRecordInUse");

  /** A name that a deleted thing still holds: another wait than for a stranger's. */
  private static final Set<String> STILL_GOING =
      Set.of(
          "ResourceGroupBeingDeleted",
          "ContainerBeingDeleted",
          "ResourceBeingDeleted",
          "StorageAccountInSoftDeletedState",
          "FlagMustBeSetForRestore");

  private static final Set<String> BUSY =
      Set.of("TooManyRequests", "ServerBusy", "SubscriptionRequestsThrottled", "OperationTimedOut");

  private AzureFailures() {}

  /**
   * @param call the action, as Azure's roles spell it: {@code Microsoft.Cdn/profiles/write}
   */
  static StepFailure of(String stage, String call, Throwable failure) {
    return switch (unwrapped(failure)) {
      case StepFailure known -> known;
      case CredentialUnavailableException none -> noCredentials(stage).causedBy(none);
      case ClientAuthenticationException refused -> refused(stage, call).causedBy(refused);
      case HttpResponseException answer when answer.getResponse() != null ->
          answered(stage, call, code(answer), answer.getResponse()).causedBy(answer);
      case TimeoutException late ->
          StepFailure.retryable(
                  stage,
                  "azure_timeout",
                  call + " took too long.",
                  "Redeploy to try again; it goes on where it was.")
              .causedBy(late);
      case IOException lost -> lost(stage, call, lost);
      case UncheckedIOException lost -> lost(stage, call, lost);
      case Throwable other ->
          StepFailure.retryable(
                  stage,
                  "azure_call_broken",
                  call + " could not be made: " + innermost(other),
                  "Redeploy to try again; it goes on where it was.")
              .causedBy(other);
    };
  }

  /** Whether Azure says that the thing is not there, in any of its words for it. */
  static boolean isGone(Throwable failure) {
    return unwrapped(failure) instanceof HttpResponseException answer
        && answer.getResponse() != null
        && answer.getResponse().getStatusCode() == 404;
  }

  private static StepFailure answered(
      String stage, String call, String code, HttpResponse response) {
    int status = response.getStatusCode();
    String said = call + " was answered with " + status + " " + code;
    if (EXPIRED.contains(code)) {
      return StepFailure.permanent(
          stage,
          "credentials_expired",
          said + ": the credentials have expired.",
          "Sign in again (az login, or a new secret), then redeploy: it goes on where it was.");
    }
    if (REFUSED.contains(code) || status == 401) {
      return refused(stage, said);
    }
    if (FORBIDDEN.contains(code)) {
      return StepFailure.permanent(
          stage,
          "policy_forbids",
          said + ": a policy or a lock of the subscription is against it.",
          "Ask who keeps the subscription for an exception, or choose another subscription.");
    }
    if (DENIED.contains(code) || (status == 403 && code.isEmpty())) {
      return StepFailure.permanent(
          stage,
          "permission_missing",
          said + ": the permission " + call + " is missing.",
          "Assign the roles of deploy/azure/, then redeploy.");
    }
    if (QUOTA.contains(code)) {
      return StepFailure.permanent(
          stage,
          "quota_reached",
          said + ": the subscription has no room for another one.",
          "Remove what is not needed, or ask Azure for a higher quota, then redeploy.");
    }
    if (TAKEN.contains(code)) {
      return StepFailure.permanent(
          stage,
          "name_taken",
          said + ": somebody else in the world has this name.",
          "Nothing of theirs was touched. Make the site anew: it gets another name.");
    }
    if (STILL_GOING.contains(code)) {
      return StepFailure.retryable(
          stage,
          "still_being_deleted",
          said + ": what had this name before is not wholly gone.",
          "Redeploy when Azure has finished with it; where it can be restored, purge it by hand.");
    }
    if (code.equals("MissingSubscriptionRegistration")) {
      return StepFailure.permanent(
          stage,
          "provider_not_registered",
          said + ": the subscription never used this kind of resource.",
          "az provider register --namespace " + call.split("/", 2)[0] + ", then redeploy.");
    }
    if (status == 429 || BUSY.contains(code)) {
      return StepFailure.retryable(
          stage,
          "throttled",
          said + ": too many requests at a time, and it stayed so.",
          "Wait a minute and redeploy; fewer runs at a time (TMUXBUILDER_RUNS_CONCURRENT) help.");
    }
    if (status == 409 || status == 412) {
      return StepFailure.retryable(
          stage,
          "changed_meanwhile",
          said + ": another change of it is under way.",
          "Redeploy when the other change is done.");
    }
    if (status >= 500) {
      return StepFailure.retryable(
          stage,
          "azure_unavailable",
          said + ": the fault is on the other side.",
          "Redeploy in a while; https://status.azure.com says how Azure is.");
    }
    if (status == 404) {
      return StepFailure.retryable(
          stage,
          "resource_missing",
          said + ": it is not there (yet, or any more).",
          "Redeploy: what is missing is made again.");
    }
    return StepFailure.permanent(
        stage,
        "azure_refused",
        said + " (request " + response.getHeaderValue("x-ms-request-id") + ").",
        "Redeploy to try again; if it stays, show the operator this line.");
  }

  private static StepFailure noCredentials(String stage) {
    return StepFailure.permanent(
        stage,
        "credentials_missing",
        "There are no credentials for Azure.",
        "Sign in (az login), or set AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret or certificate.");
  }

  private static StepFailure refused(String stage, String said) {
    return StepFailure.permanent(
        stage,
        "credentials_refused",
        said + ": Azure does not take the credentials.",
        "See that AZURE_TENANT_ID and AZURE_CLIENT_ID belong together and the secret is valid.");
  }

  private static StepFailure lost(String stage, String call, Exception lost) {
    return StepFailure.retryable(
            stage,
            "azure_unreachable",
            "There was no answer to " + call + ": " + innermost(lost),
            "See that this machine reaches Azure (TMUXBUILDER_AZURE_ENDPOINT); redeploying goes on"
                + " where it was.")
        .causedBy(lost);
  }

  private static String code(HttpResponseException answer) {
    return switch (answer) {
      case ManagementException managed when managed.getValue() != null ->
          Objects.requireNonNullElse(managed.getValue().getCode(), "");
      case BlobStorageException blob when blob.getErrorCode() != null ->
          blob.getErrorCode().toString();
      default -> "";
    };
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable inner = Exceptions.unwrap(failure);
    return inner instanceof CompletionException wrapped && wrapped.getCause() != null
        ? unwrapped(wrapped.getCause())
        : inner;
  }

  private static String innermost(Throwable failure) {
    Throwable inner = failure;
    while (inner.getCause() != null && inner.getCause() != inner) {
      inner = inner.getCause();
    }
    return Objects.requireNonNullElse(inner.getMessage(), inner.getClass().getSimpleName());
  }
}
