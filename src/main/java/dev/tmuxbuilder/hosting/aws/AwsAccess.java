package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.hosting.Readiness;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/** One principal's way to AWS: credentials and clients, made when they are first asked for. */
final class AwsAccess implements AutoCloseable {
  private static final String SETTING = "TMUXBUILDER_AWS_PROFILE";
  private static final String ROLES = "TMUXBUILDER_AWS_ROLES";

  /** The SDK's chain ends with a question to the network of a cloud machine. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  /** So many questions to IAM take longer, where they are the first of all. */
  private static final Duration RIGHTS_LOOK = Duration.ofSeconds(15);

  /** An operator who has just signed in should not have to wait long. */
  private static final Duration REMEMBERED = Duration.ofSeconds(20);

  private static final Duration RIGHTS_REMEMBERED = Duration.ofMinutes(1);

  private final Settings.Aws settings;
  private final Supplier<AwsCredentials> make;
  private final Late<Connections> connections;
  private final Optional<String> role;
  private final ReentrantLock lock = new ReentrantLock();
  private final Uni<Readiness> readiness;
  private final Map<SiteType, Uni<List<String>>> missing = new EnumMap<>(SiteType.class);
  private @Nullable AwsCredentials credentials;
  private @Nullable AwsClients clients;

  /** By which the service itself acts. */
  AwsAccess(Settings.Aws settings, Late<Connections> connections) {
    this(settings, () -> new AwsCredentials(settings), Optional.empty(), connections);
  }

  /** By which it acts for a tenant. */
  AwsAccess(Settings.Aws settings, TenantId tenant, String role, Late<Connections> connections) {
    this(
        settings, () -> new AwsCredentials(settings, tenant, role), Optional.of(role), connections);
  }

  private AwsAccess(
      Settings.Aws settings,
      Supplier<AwsCredentials> make,
      Optional<String> role,
      Late<Connections> connections) {
    this.settings = settings;
    this.make = make;
    this.role = role;
    this.connections = connections;
    this.readiness =
        VirtualThreads.<Readiness>call("look for AWS credentials", this::look)
            .ifNoItem()
            .after(LOOK)
            .recoverWithItem(notConfigured())
            .memoize()
            .atLeast(REMEMBERED);
    for (SiteType type : SiteType.values()) {
      missing.put(
          type,
          VirtualThreads.call("AWS rights", () -> new Rights(clients(), settings))
              .chain(rights -> rights.missing(type))
              .ifNoItem()
              .after(RIGHTS_LOOK)
              .recoverWithItem(List.of())
              .onFailure() // the run itself will meet it, and say so
              .recoverWithItem(List.of())
              .memoize()
              .atLeast(RIGHTS_REMEMBERED));
    }
  }

  @CheckReturnValue
  Uni<Readiness> readiness(SiteType type) {
    return readiness.chain(
        seen ->
            seen instanceof Readiness.Ready
                ? missing(type)
                    .map(actions -> actions.isEmpty() ? seen : new Readiness.Forbidden(actions))
                : Uni.createFrom().item(seen));
  }

  /** The actions that whoever acts may not do, as far as that can be known. */
  private Uni<List<String>> missing(SiteType type) {
    return settings.checkRights()
        ? Objects.requireNonNull(missing.get(type))
        : Uni.createFrom().item(List.of());
  }

  /** Fails where an action that sites of this type need would be refused. */
  @CheckReturnValue
  Uni<Void> requireRights(String stage, SiteType type) {
    return missing(type)
        .invoke(
            actions -> {
              if (!actions.isEmpty()) {
                throw StepFailure.permanent(
                    stage,
                    "permission_missing",
                    actions.size() == 1
                        ? "Nothing was made: the permission " + actions.getFirst() + " is missing."
                        : "Nothing was made: the permissions "
                            + String.join(", ", actions)
                            + " are missing.",
                    "Give the role or user what deploy/aws/*.json lists, then redeploy.");
              }
            })
        .replaceWithVoid();
  }

  private Readiness look() {
    return credentials().areThere() ? new Readiness.Ready() : notConfigured();
  }

  private Readiness notConfigured() {
    return new Readiness.NotConfigured(role.isPresent() ? ROLES : SETTING);
  }

  /**
   * Who acts, in words: the account and the principal. Fails where there are no credentials, or
   * none that AWS takes.
   */
  @CheckReturnValue
  Uni<String> identity(String stage) {
    return caller(stage).map(who -> "account " + who.account() + ", " + who.arn());
  }

  /** The number of the account that is worked in. */
  @CheckReturnValue
  Uni<String> account(String stage) {
    return caller(stage).map(GetCallerIdentityResponse::account);
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

  /** The clients, where there are credentials. */
  @CheckReturnValue
  Uni<AwsClients> clients(String stage) {
    return VirtualThreads.call("AWS credentials", () -> requireCredentials(stage));
  }

  private AwsClients requireCredentials(String stage) {
    if (!credentials().areThere()) {
      throw role.map(arn -> notTakenOn(stage, arn)).orElseGet(() -> nobody(stage));
    }
    return clients();
  }

  private StepFailure nobody(String stage) {
    return StepFailure.permanent(
        stage,
        "credentials_missing",
        "There are no credentials for AWS.",
        "Sign in to the profile " + settings.profile() + ", or set " + SETTING + ".");
  }

  private static StepFailure notTakenOn(String stage, String role) {
    return StepFailure.permanent(
        stage,
        "role_refused",
        "The tenant's role " + role + " could not be taken on.",
        "See that its trust policy lets this service in (sts:AssumeRole, with the tenant's id as"
            + " sts:ExternalId), then redeploy.");
  }

  /** May take a second, at the first call. */
  AwsClients clients() {
    lock.lock();
    try {
      AwsClients made = clients;
      if (made == null) {
        made = new AwsClients(settings, credentials(), connections.get());
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
        made = make.get();
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
