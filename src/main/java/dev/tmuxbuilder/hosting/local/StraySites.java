package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.execution.Mender;
import dev.tmuxbuilder.execution.Overview;
import dev.tmuxbuilder.platform.LostAndFound;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** Takes sites off that belong to no session, or to one that was destroyed. */
@ApplicationScoped
class StraySites implements Mender {
  private static final Logger LOG = Logger.getLogger(StraySites.class);

  /** More than so many at once, and more than half of all, is another database's directory. */
  private static final int SUSPICIOUS = 20;

  private final LiveSites sites;
  private final Overview overview;
  private final LostAndFound lost;

  StraySites(LiveSites sites, Overview overview, LostAndFound lost) {
    this.sites = sites;
    this.overview = overview;
    this.lost = lost;
  }

  @Override
  public Reach reach() {
    return Reach.SHARED;
  }

  @Override
  public Uni<List<Mended>> mend() {
    return VirtualThreads.call("list sites", this::owners)
        .chain(
            owners ->
                owners.isEmpty()
                    ? Uni.createFrom().item(List.<Mended>of())
                    : overview
                        .notExecutions(owners.values())
                        .chain(strays -> takeOff(owners, strays)));
  }

  /** The session of each site; a site without a record is what a removal left that was cut off. */
  private Map<String, String> owners() throws IOException {
    Map<String, String> owners = new HashMap<>();
    for (Path folder : sites.folders()) {
      if (LostAndFound.settled(folder)) {
        Optional<SiteRecord> record = new SiteDirectory(folder).record();
        owners.put(folder.getFileName().toString(), record.map(SiteRecord::executionId).orElse(""));
      }
    }
    return owners;
  }

  private Uni<List<Mended>> takeOff(Map<String, String> owners, Set<String> strays) {
    List<String> names =
        owners.entrySet().stream()
            .filter(site -> strays.contains(site.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    if (names.size() > SUSPICIOUS && names.size() > owners.size() / 2) {
      LOG.errorf(
          "%d of %d sites belong to no session that the database knows. Is it the right one?"
              + " Nothing was moved.",
          names.size(), owners.size());
      return Uni.createFrom().item(List.of());
    }
    return VirtualThreads.call(
        "take stray sites off",
        () -> {
          List<Mended> mended = new ArrayList<>();
          for (String name : names) {
            sites.takeOff(name, lost);
            mended.add(new Mended(Fault.SITE_WITHOUT_SESSION, name));
          }
          return mended;
        });
  }
}
