package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.Receipt.CostEstimate;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Host;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Serves sites on this machine. All that lasts is on the disk, below {@code {data-dir}/sites/}; a
 * kill at any point loses nothing, and the same call again goes on from there.
 */
@Singleton
public final class LocalHost implements Host {
  private static final String REGION = "local";
  private static final Duration STOP_GRACE = Duration.ofSeconds(2);

  private final Settings.Sites settings;
  private final LiveSites sites;
  private final Pruning pruning;
  private final InstantSource clock = InstantSource.system();

  @Inject
  LocalHost(Settings settings, LiveSites sites) {
    this.settings = settings.sites();
    this.sites = sites;
    this.pruning = new Pruning(this.settings.releases());
  }

  @Override
  public HostProvider provider() {
    return HostProvider.LOCAL;
  }

  @Override
  public Uni<Provisioned> provision(Site site, Progress progress) {
    return blocking("provision", site, () -> provisionNow(site, progress));
  }

  @Override
  public Optional<URI> knownUrl(Site site) {
    return Optional.of(url(site.name()));
  }

  private Provisioned provisionNow(Site site, Progress progress) throws IOException {
    SiteDirectory directory = sites.directory(site.name());
    Optional<SiteRecord> before = directory.record();
    requireSameOwner(site, before);
    directory.create();
    SiteRecord record =
        before
            .map(known -> known.updated(site))
            .orElseGet(() -> SiteRecord.of(site, clock.instant()));
    if (before.isEmpty() || !before.get().equals(record)) {
      directory.record(record);
    }
    sites.appeared(site.name());
    URI url = url(site.name());
    progress.info(
        "provision",
        (before.isPresent() ? "The site has its place at " : "Made the site’s place at ") + url,
        Map.of("url", url.toString(), "new", before.isEmpty()));
    return new Provisioned(url, resources(record));
  }

  private static void requireSameOwner(Site site, Optional<SiteRecord> record) {
    if (record.isPresent() && !record.get().executionId().equals(site.execution().toString())) {
      throw StepFailure.permanent(
          "provision",
          "site_name_taken",
          "Another session has a site with the name “" + site.name() + "” already.",
          "Choose another name for this site.");
    }
  }

  @Override
  public Uni<List<Resource>> tag(Site site, Progress progress) {
    return blocking(
        "tag",
        site,
        () -> {
          SiteDirectory directory = sites.directory(site.name());
          SiteRecord before = provisioned(site, "tag");
          SiteRecord record = before.withTags(site.tags());
          if (!record.equals(before)) {
            directory.record(record);
          }
          List<Resource> resources = resources(record);
          progress.info(
              "tag",
              resources.size() + " resources carry " + site.tags().size() + " tags",
              Map.of("resources", resources.size(), "tags", site.tags().size()));
          return resources;
        });
  }

  @Override
  public Uni<Void> upload(Site site, Artifact artifact, Progress progress) {
    return blocking(
            "upload",
            site,
            () -> {
              uploadNow(site, artifact, progress);
              return Boolean.TRUE;
            })
        .replaceWithVoid();
  }

  private void uploadNow(Site site, Artifact artifact, Progress progress)
      throws IOException, InterruptedException {
    SiteDirectory directory = sites.directory(site.name());
    provisioned(site, "upload");
    requireEntry(site, artifact);
    Set<String> before = contentsOfCurrent(directory);
    ReleaseWriter.Written written = new ReleaseWriter(directory).write(artifact);
    int compressed = 0;
    if (site.type() == SiteType.STATIC) {
      for (Artifact.File file : artifact.files()) {
        compressed +=
            sites
                .precompressor()
                .compress(
                    file.path(),
                    directory.release(artifact.sha256()).resolve(file.path()),
                    file.sha256(),
                    directory.encoded());
      }
    }
    long fresh =
        written.wasThere()
            ? 0
            : artifact.files().stream().filter(file -> !before.contains(file.sha256())).count();
    progress.info(
        "upload",
        written.wasThere()
            ? "This release is here already: " + written.files() + " files"
            : "Wrote %d files, %,d bytes, %d of them new"
                .formatted(written.files(), written.bytes(), fresh),
        Map.of(
            "files", written.files(),
            "bytes", written.bytes(),
            "new_files", fresh,
            "compressed_forms", compressed,
            "artifact_sha256", artifact.sha256()));
  }

  private static void requireEntry(Site site, Artifact artifact) {
    String entry =
        switch (site.type()) {
          case STATIC -> "index.html";
          case DYNAMIC -> "server.mjs";
        };
    if (artifact.files().stream().noneMatch(file -> file.path().equals(entry))) {
      throw StepFailure.permanent(
          "upload",
          "no_entry",
          "The site has no “" + entry + "” at its root.",
          "A " + site.type().wire() + " site starts there; add the file and deploy again.");
    }
  }

  private static Set<String> contentsOfCurrent(SiteDirectory directory) throws IOException {
    Optional<SiteDirectory.Current> current = directory.current();
    return current.isPresent() && directory.holds(current.get().sha256())
        ? Set.copyOf(Digests.byPath(directory.release(current.get().sha256())).values())
        : Set.of();
  }

  @Override
  public Uni<Void> activate(Site site, String artifactSha256, Progress progress) {
    return blocking(
            "activate",
            site,
            () -> {
              activateNow(site, artifactSha256, progress);
              return Boolean.TRUE;
            })
        .replaceWithVoid();
  }

  private void activateNow(Site site, String sha256, Progress progress)
      throws IOException, InterruptedException {
    SiteRecord record = provisioned(site, "activate");
    if (!sites.directory(site.name()).holds(sha256)) {
      throw StepFailure.permanent(
          "activate",
          "release_gone",
          "This machine does not have the release " + shortened(sha256) + " any more.",
          "It keeps the "
              + settings.releases()
              + " releases before the live one (TMUXBUILDER_SITES_RELEASES). Choose a later one, or"
              + " take its source from the site's git repository and redeploy.");
    }
    LiveSite live = sites.known(site.name()).orElseThrow(() -> notProvisioned(site, "activate"));
    try {
      live.activate(record, sha256, site.lease());
    } catch (SiteDirectory.Superseded superseded) {
      throw StepFailure.permanent(
              "activate",
              "superseded",
              "Another node owns this site's run now, and has switched the site.",
              "Nothing is to be done: that node goes on.")
          .causedBy(superseded);
    } catch (DamagedReleaseException damaged) {
      throw StepFailure.permanent(
              "activate",
              "release_damaged",
              "Files of the release " + shortened(sha256) + " are not what was uploaded.",
              "Deploy the same source again: that replaces them. See whether the disk is healthy.")
          .causedBy(damaged);
    }
    progress.info(
        "activate",
        "Release " + shortened(sha256) + " is live at " + url(site.name()),
        Map.of("artifact_sha256", sha256, "url", url(site.name()).toString()));
    prune(site, sha256, progress);
  }

  /** What cannot be removed now is removed after the next switch. */
  private void prune(Site site, String live, Progress progress) {
    try {
      int removed = pruning.prune(sites.directory(site.name()), live);
      if (removed > 0) {
        progress.info(
            "activate",
            "Removed " + removed + " old releases, to which nobody can go back now",
            Map.of("removed", removed));
      }
    } catch (IOException failed) {
      progress.warn("activate", "Old releases could not be removed: " + failed.getMessage());
    }
  }

  @Override
  public Uni<Void> destroy(Site site, Progress progress) {
    return blocking(
            "destroy",
            site,
            () -> {
              destroyNow(site, progress);
              return Boolean.TRUE;
            })
        .replaceWithVoid();
  }

  private void destroyNow(Site site, Progress progress) throws IOException {
    SiteDirectory directory = sites.directory(site.name());
    requireSameOwner(site, directory.record());
    boolean was = directory.exists();
    sites.remove(site.name(), STOP_GRACE);
    if (directory.exists()) {
      throw StepFailure.retryable(
          "destroy",
          "site_remains",
          "Files of the site came back while it was removed.",
          "Try again; see that no other deployment of this site is under way.");
    }
    progress.info(
        "destroy",
        was ? "Removed the site; nothing of it is left here" : "There was nothing to remove",
        Map.of("removed", was));
  }

  @Override
  public Uni<List<Resource>> inventory(Site site) {
    return blocking(
        "inventory",
        site,
        () -> {
          SiteDirectory directory = sites.directory(site.name());
          Optional<SiteRecord> record = directory.record();
          if (record.isEmpty() && directory.exists()) { // a removal was cut off
            return List.of(new Resource("local", "site", site.name(), REGION, Map.of()));
          }
          return record.map(LocalHost::resources).orElse(List.of());
        });
  }

  @Override
  public CostEstimate estimate(SiteType type, long bytes) {
    return new CostEstimate("USD", BigDecimal.ZERO, "served by this machine, at no charge");
  }

  private SiteRecord provisioned(Site site, String stage) throws IOException {
    SiteRecord record =
        sites.directory(site.name()).record().orElseThrow(() -> notProvisioned(site, stage));
    requireSameOwner(site, Optional.of(record));
    return record;
  }

  private static StepFailure notProvisioned(Site site, String stage) {
    return StepFailure.permanent(
        stage,
        "not_provisioned",
        "The site “" + site.name() + "” has no place on this machine.",
        "Deploy it from the start.");
  }

  private static List<Resource> resources(SiteRecord record) {
    List<Resource> resources = new ArrayList<>();
    resources.add(new Resource("local", "site", record.name(), REGION, record.tags()));
    if (record.type() == SiteType.DYNAMIC) {
      resources.add(new Resource("local", "process", record.name(), REGION, record.tags()));
    }
    return resources;
  }

  private URI url(String name) {
    String authority = name + "." + settings.domain().toLowerCase(Locale.ROOT);
    int port = settings.publicPort().orElse(settings.port());
    return URI.create("http://" + authority + (port == 80 ? "" : ":" + port) + "/");
  }

  private static String shortened(String sha256) {
    return sha256.substring(0, Math.min(12, sha256.length()));
  }

  private interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  private static <T> Uni<T> blocking(String stage, Site site, Work<T> work) {
    return VirtualThreads.call(
        stage + " " + site.name(),
        () -> {
          try {
            return work.run();
          } catch (IOException failed) {
            throw StepFailure.retryable(
                    stage,
                    "disk_failed",
                    "The disk of this machine did not do what was asked: " + failed.getMessage(),
                    "See that the data directory can be written to and has room.")
                .causedBy(failed);
          }
        });
  }
}
