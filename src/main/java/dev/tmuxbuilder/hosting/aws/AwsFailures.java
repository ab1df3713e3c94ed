package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.StepFailure;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * From what AWS answers to what a reader can act on. Which of AWS' codes is told by the code, never
 * by a message.
 */
final class AwsFailures {
  private static final Set<String> EXPIRED =
      Set.of("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired");

  private static final Set<String> REFUSED =
      Set.of(
          "InvalidAccessKeyId",
          "InvalidClientTokenId",
          "InvalidToken",
          "UnrecognizedClientException",
          "SignatureDoesNotMatch",
          "AuthFailure",
          "IncompleteSignature");

  private static final Set<String> DENIED =
      Set.of(
          "AccessDenied",
          "AccessDeniedException",
          "UnauthorizedOperation",
          "UnauthorizedAccess",
          "AllAccessDisabled");

  private static final Set<String> QUOTA =
      Set.of(
          "TooManyBuckets",
          "TooManyDistributions",
          "TooManyOriginAccessControls",
          "TooManyCacheBehaviors",
          "TooManyOrigins",
          "LimitExceeded",
          "AddressLimitExceeded",
          "InstanceLimitExceeded",
          "VcpuLimitExceeded",
          "SecurityGroupLimitExceeded",
          "InsufficientInstanceCapacity");

  private static final Set<String> BUSY =
      Set.of("SlowDown", "TooManyRequestsException", "RequestLimitExceeded", "Throttling");

  /** Another change of the same thing is under way, or was made since we looked. */
  private static final Set<String> MEANWHILE =
      Set.of(
          "PreconditionFailed",
          "InvalidIfMatchVersion",
          "OperationAborted",
          "ConditionalRequestConflict",
          "IllegalUpdate",
          "IncorrectInstanceState");

  private AwsFailures() {}

  /**
   * @param call service and operation, as IAM spells them: {@code s3:PutObject}
   */
  static StepFailure of(String stage, String call, Throwable failure) {
    return switch (unwrapped(failure)) {
      case StepFailure known -> known;
      case AwsServiceException answer -> answered(stage, call, answer).causedBy(answer);
      case ApiCallTimeoutException late -> late(stage, call).causedBy(late);
      case ApiCallAttemptTimeoutException late -> late(stage, call).causedBy(late);
      case SdkClientException lost ->
          StepFailure.retryable(
                  stage,
                  "aws_unreachable",
                  "There was no answer to " + call + ": " + innermost(lost),
                  "See that this machine reaches AWS (TMUXBUILDER_AWS_ENDPOINT,"
                      + " TMUXBUILDER_AWS_REGION); redeploying goes on where it was.")
              .causedBy(lost);
      case Throwable other ->
          StepFailure.retryable(
                  stage,
                  "aws_call_broken",
                  call + " could not be made: " + innermost(other),
                  "Redeploy to try again; it goes on where it was.")
              .causedBy(other);
    };
  }

  /** Whether AWS says that the thing is not there, in any of its words for it. */
  static boolean isGone(Throwable failure) {
    return unwrapped(failure) instanceof AwsServiceException answer
        && (answer.statusCode() == 404 || code(answer).endsWith(".NotFound"));
  }

  static boolean hasCode(Throwable failure, String... codes) {
    return unwrapped(failure) instanceof AwsServiceException answer
        && Set.of(codes).contains(code(answer));
  }

  private static StepFailure answered(String stage, String call, AwsServiceException answer) {
    String code = code(answer);
    String said = call + " was answered with " + answer.statusCode() + " " + code;
    if (EXPIRED.contains(code)) {
      return StepFailure.permanent(
          stage,
          "credentials_expired",
          said + ": the credentials have expired.",
          "Sign in again (aws sso login, or new keys for TMUXBUILDER_AWS_PROFILE), then redeploy: it"
              + " goes on where it was.");
    }
    if (REFUSED.contains(code)) {
      return StepFailure.permanent(
          stage,
          "credentials_refused",
          said + ": AWS does not take the credentials.",
          "See that TMUXBUILDER_AWS_PROFILE names a profile with valid keys.");
    }
    if (DENIED.contains(code) || (answer.statusCode() == 403 && code.isEmpty())) {
      return StepFailure.permanent(
          stage,
          "permission_missing",
          said + ": the permission " + call + " is missing.",
          "Give the role or user what deploy/aws/*.json lists, then redeploy.");
    }
    if (QUOTA.contains(code)) {
      return StepFailure.permanent(
          stage,
          "quota_reached",
          said + ": the account has no room for another one.",
          "Remove what is not needed, or ask AWS for a higher quota, then redeploy.");
    }
    if (answer.isThrottlingException() || BUSY.contains(code) || answer.statusCode() == 429) {
      return StepFailure.retryable(
          stage,
          "throttled",
          said + ": too many requests at a time, and it stayed so.",
          "Wait a minute and redeploy; fewer runs at a time (TMUXBUILDER_RUNS_CONCURRENT) help.");
    }
    if (MEANWHILE.contains(code) || answer.statusCode() == 412) {
      return StepFailure.retryable(
          stage,
          "changed_meanwhile",
          said + ": somebody else is changing it at the same time.",
          "Redeploy when the other change is done.");
    }
    if (answer.statusCode() >= 500) {
      return StepFailure.retryable(
          stage,
          "aws_unavailable",
          said + ": the fault is on the other side.",
          "Redeploy in a while; https://health.aws.amazon.com says how AWS is.");
    }
    if (answer.statusCode() == 404) {
      return StepFailure.retryable(
          stage,
          "resource_missing",
          said + ": it is not there (yet, or any more).",
          "Redeploy: what is missing is made again.");
    }
    return StepFailure.permanent(
        stage,
        "aws_refused",
        said + " (request " + answer.requestId() + ").",
        "Redeploy to try again; if it stays, show the operator this line.");
  }

  private static StepFailure late(String stage, String call) {
    return StepFailure.retryable(
        stage,
        "aws_timeout",
        call + " took too long.",
        "Redeploy to try again; it goes on where it was.");
  }

  private static String code(AwsServiceException answer) {
    return answer.awsErrorDetails() == null
        ? ""
        : Objects.requireNonNullElse(answer.awsErrorDetails().errorCode(), "");
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException wrapped && wrapped.getCause() != null
        ? unwrapped(wrapped.getCause())
        : failure;
  }

  private static String innermost(Throwable failure) {
    Throwable inner = failure;
    while (inner.getCause() != null && inner.getCause() != inner) {
      inner = inner.getCause();
    }
    return Objects.requireNonNullElse(inner.getMessage(), inner.getClass().getSimpleName());
  }
}
