package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.StepFailure;
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
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The way to Azure: credentials, subscription and clients, found when they are first asked for. */
final class AzureAccess implements AutoCloseable {
  private static final String SETTING = "TMUXBUILDER_AZURE_SUBSCRIPTION";

  /** Azure's own command line, which may be asked for a sign-in, takes some seconds. */
  private static final Duration LOOK = Duration.ofSeconds(8);

  /** An operator who has just signed in should not have to wait long. */
  private static final Duration REMEMBERED = Duration.ofSeconds(20);

  private static final Duration RIGHTS_REMEMBERED = Duration.ofMinutes(1);

  private final Settings.Azure settings;
  private final Map<SiteType, Uni<List<String>>> missing = new EnumMap<>(SiteType.class);
  private final ReentrantLock lock = new ReentrantLock();
  private final Uni<Readiness> readiness;
  private @Nullable AzurePipeline pipeline;
  private @Nullable AzureClients clients;

  AzureAccess(Settings.Azure settings) {
    this.settings = settings;
    this.readiness =
        Uni.createFrom()
            .deferred(this::look)
            .ifNoItem()
            .after(LOOK)
            .recoverWithItem(new Readiness.NotConfigured(SETTING))
            .memoize()
            .atLeast(REMEMBERED);
    for (SiteType type : SiteType.values()) {
      missing.put(
          type,
          Uni.createFrom()
              .deferred(() -> looked(type))
              .ifNoItem()
              .after(LOOK)
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

  /** Apart, so that nothing of the SDK is loaded before this is asked for. */
  private Uni<List<String>> looked(SiteType type) {
    return clients("provision").chain(found -> new Rights(found).missing(type));
  }

  private Uni<List<String>> missing(SiteType type) {
    return settings.checkRights()
        ? Objects.requireNonNull(missing.get(type))
        : Uni.createFrom().item(List.of());
  }

  /** Fails where rights are known to be missing. */
  @CheckReturnValue
  Uni<Void> requireRights(String stage, SiteType type) {
    return missing(type)
        .invoke(
            actions -> {
              if (!actions.isEmpty()) {
                throw StepFailure.permanent(
                    stage,
                    "permission_missing",
                    "Nothing was made: permissions are missing: "
                        + String.join(", ", actions)
                        + ".",
                    "Assign the roles of deploy/azure/, then redeploy.");
              }
            })
        .replaceWithVoid();
  }

  private Uni<Readiness> look() {
    if (!AzureSigns.here().any(settings)) {
      return Uni.createFrom().item(new Readiness.NotConfigured(SETTING));
    }
    return clients("start")
        .<Readiness>map(found -> new Readiness.Ready())
        .onFailure(StepFailure.class)
        .recoverWithItem(new Readiness.NotConfigured(SETTING));
  }

  /** Says in the journal where things are made, before anything is made. */
  @CheckReturnValue
  Uni<Void> introduce(String stage, Progress progress) {
    return clients(stage)
        .invoke(
            found ->
                progress.info(
                    stage,
                    "Working in the Azure subscription %s (%s), %s"
                        .formatted(
                            found.subscription().name(),
                            found.subscription().id(),
                            settings.location()),
                    Map.of(
                        "subscription",
                        found.subscription().id(),
                        "location",
                        settings.location())))
        .replaceWithVoid();
  }

  /** Fails where there are no credentials, none that Azure takes, or no such subscription. */
  @CheckReturnValue
  Uni<AzureClients> clients(String stage) {
    return VirtualThreads.call("the way to Azure", this::pipeline)
        .chain(
            way -> {
              AzureClients known = known();
              return known != null
                  ? Uni.createFrom().item(known)
                  : way.subscription(stage, settings.subscription())
                      .map(found -> remember(new AzureClients(way, found, settings)));
            });
  }

  private @Nullable AzureClients known() {
    lock.lock();
    try {
      return clients;
    } finally {
      lock.unlock();
    }
  }

  private AzureClients remember(AzureClients made) {
    lock.lock();
    try {
      AzureClients there = clients;
      if (there == null) {
        clients = made;
        return made;
      }
      return there;
    } finally {
      lock.unlock();
    }
  }

  /** May take a second, at the first call. */
  private AzurePipeline pipeline() {
    lock.lock();
    try {
      AzurePipeline made = pipeline;
      if (made == null) {
        made = new AzurePipeline(settings);
        pipeline = made;
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
      if (pipeline != null) {
        pipeline.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
