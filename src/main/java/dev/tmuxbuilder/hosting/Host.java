package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.Receipt.CostEstimate;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.TenantId;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Serves sites. Every method is idempotent: it looks at what is there, does what is missing, and
 * may be called again after a crash at any point. None blocks its caller; all can be cancelled by
 * cancelling the subscription. What goes wrong is a {@code StepFailure}.
 */
public interface Host {
  HostProvider provider();

  /**
   * Whether a site can be made here, of that tenant where it is known for whom. May look for
   * credentials, makes nothing, and answers within seconds; what it saw may be remembered for a
   * while.
   */
  default Uni<Readiness> readiness(Optional<TenantId> tenant, SiteType type) {
    return Uni.createFrom().item(new Readiness.Ready());
  }

  /** Makes the place where the site will live. The URL is the same at every call, for ever. */
  Uni<Provisioned> provision(Site site, Progress progress);

  /** The site's URL, where it is known before anything is made. */
  default Optional<URI> knownUrl(Site site) {
    return Optional.empty();
  }

  /** Sees to it that every resource of the site carries its tags. */
  Uni<List<Resource>> tag(Site site, Progress progress);

  /** Brings the artifact to the host; what is live does not change. */
  Uni<Void> upload(Site site, Artifact artifact, Progress progress);

  /**
   * Makes an uploaded artifact the one that the URL serves, atomically: no request fails, and none
   * sees a mixture. For a dynamic site the new process is healthy before traffic moves.
   *
   * @param artifactSha256 of an artifact that was uploaded before, now or for an earlier release
   * @return fails with code {@code release_gone} where the host no longer has it
   */
  Uni<Void> activate(Site site, String artifactSha256, Progress progress);

  /** Whether a site of that type costs something here while nobody comes to see it. */
  default boolean chargesByTheHour(SiteType type) {
    return false;
  }

  /**
   * Lets what costs while nobody comes stand still: the URL does not answer then, and the next
   * deployment, which keeps it, starts all of it again. Does nothing where nothing is charged by
   * the hour, or all stands still.
   */
  default Uni<Void> stop(Site site, Progress progress) {
    return Uni.createFrom().voidItem();
  }

  /** Removes everything that the host holds for the site, and proves that nothing is left. */
  Uni<Void> destroy(Site site, Progress progress);

  /** What the host holds for the site now. */
  Uni<List<Resource>> inventory(Site site);

  /**
   * What the host's settings of a site's resources are not any more, by the resource's id, in
   * words. Tags and missing resources are seen in the {@link #inventory}.
   */
  default Uni<Map<String, List<String>>> changes(Site site) {
    return Uni.createFrom().item(Map.of());
  }

  /** What every resource of the site that takes tags must carry. */
  default Map<String, String> tagsOf(Site site) {
    return site.tags();
  }

  /**
   * What the site will cost in a month, by the host's prices and the size of its files. Needs no
   * network and does not block.
   *
   * @param bytes of the release
   */
  CostEstimate estimate(SiteType type, long bytes);

  /**
   * Everything here that carries this service's tags, or has a name that only this service gives,
   * whosever it is. Fails with a {@code StepFailure} where the host cannot be asked.
   */
  default Uni<List<Holding>> holdings() {
    return Uni.createFrom().item(List.of());
  }

  /** The names that the resources of an execution have here. Does not block. */
  default Set<String> names(ExecutionId execution) {
    return Set.of();
  }

  /**
   * Removes these, in the order that the host needs. What is gone already is no failure; other
   * resources are not touched.
   */
  default Uni<Void> remove(List<Holding> holdings, Progress progress) {
    return Uni.createFrom().failure(new UnsupportedOperationException(provider().wire()));
  }

  /**
   * What the host charged in these months, by its bill; empty where it cannot be asked. May cost
   * money at each call, so its answers are kept.
   */
  default Uni<Optional<Spending>> spending(YearMonth first, YearMonth last) {
    return Uni.createFrom().item(Optional.empty());
  }

  /** What {@link #provision} made or found. */
  record Provisioned(URI url, List<Resource> resources) {
    public Provisioned {
      resources = List.copyOf(resources);
    }
  }
}
