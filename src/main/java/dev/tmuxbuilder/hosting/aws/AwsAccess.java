package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Readiness;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/** The way to AWS: credentials and clients, made when they are first asked for. */
final class AwsAccess implements AutoCloseable {
  private static final String SETTING = "TMUXBUILDER_AWS_PROFILE";

  /** The SDK's chain ends with a question to the network of a cloud machine. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  /** An operator who has just signed in should not have to wait long. */
  private static final Duration REMEMBERED = Duration.ofSeconds(20);

  private final Settings.Aws settings;
  private final ReentrantLock lock = new ReentrantLock();
  private final Uni<Readiness> readiness;
  private @Nullable AwsCredentials credentials;
  private @Nullable AwsClients clients;

  AwsAccess(Settings.Aws settings) {
    this.settings = settings;
    this.readiness =
        VirtualThreads.<Readiness>call("look for AWS credentials", this::look)
            .ifNoItem()
            .after(LOOK)
            .recoverWithItem(new Readiness.NotConfigured(SETTING))
            .memoize()
            .atLeast(REMEMBERED);
  }

  @CheckReturnValue
  Uni<Readiness> readiness() {
    return readiness;
  }

  private Readiness look() {
    return credentials().areThere() ? new Readiness.Ready() : new Readiness.NotConfigured(SETTING);
  }

  /**
   * Who acts, in words: the account and the principal. Fails where there are no credentials, or
   * none that AWS takes.
   */
  @CheckReturnValue
  Uni<String> identity(String stage) {
    return caller(stage).map(who -> "account " + who.account() + ", " + who.arn());
  }

  private Uni<GetCallerIdentityResponse> caller(String stage) {
    return VirtualThreads.call("AWS credentials", () -> requireCredentials(stage))
        .chain(
            known ->
                Calls.make(stage, "sts:GetCallerIdentity", () -> known.sts().getCallerIdentity()));
  }

  /** Says in the journal who acts, before anything is made. */
  @CheckReturnValue
  Uni<Void> introduce(String stage, Progress progress) {
    return caller(stage)
        .invoke(
            who ->
                progress.info(
                    stage,
                    "Working in the AWS account %s, region %s"
                        .formatted(who.account(), settings.region()),
                    Map.of("account", who.account(), "region", settings.region())))
        .replaceWithVoid();
  }

  private AwsClients requireCredentials(String stage) {
    if (!credentials().areThere()) {
      throw StepFailure.permanent(
          stage,
          "credentials_missing",
          "There are no credentials for AWS.",
          "Sign in to the profile " + settings.profile() + ", or set " + SETTING + ".");
    }
    return clients();
  }

  /** May take a second, at the first call. */
  AwsClients clients() {
    lock.lock();
    try {
      AwsClients made = clients;
      if (made == null) {
        made = new AwsClients(settings, credentials());
        clients = made;
      }
      return made;
    } finally {
      lock.unlock();
    }
  }

  private AwsCredentials credentials() {
    lock.lock();
    try {
      AwsCredentials made = credentials;
      if (made == null) {
        made = new AwsCredentials(settings);
        credentials = made;
      }
      return made;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (clients != null) {
        clients.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
