package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.execution.Mender;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.Processes;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Ends processes of sites whose service is gone, and starts those that should be there and are not.
 */
@ApplicationScoped
class SiteProcesses implements Mender {
  private static final long FIRST = 1;

  private final LiveSites sites;
  private final String mark;

  SiteProcesses(LiveSites sites, DataDirectory directory) {
    this.sites = sites;
    this.mark = "DATA_DIR=" + directory.root().resolve("users") + "/";
  }

  @Override
  public Reach reach() {
    return Reach.MACHINE;
  }

  @Override
  public Uni<List<Mended>> mend() {
    return VirtualThreads.call(
        "look after sites' processes",
        () -> {
          List<Mended> mended = new ArrayList<>(endOrphans());
          for (String name : sites.startMissing()) {
            mended.add(new Mended(Fault.SITE_WITHOUT_PROCESS, name));
          }
          return mended;
        });
  }

  /**
   * A process whose parent died has the first one as its parent. Where the service is the first one
   * itself, in a container, everything ends with it.
   */
  private List<Mended> endOrphans() {
    if (ProcessHandle.current().pid() == FIRST) {
      return List.of();
    }
    List<ProcessHandle> orphans;
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      orphans =
          all.filter(process -> process.parent().map(parent -> parent.pid() == FIRST).orElse(false))
              .filter(this::isOurs)
              .toList();
    }
    orphans.forEach(Processes::kill);
    return orphans.stream()
        .map(process -> new Mended(Fault.PROCESS_WITHOUT_OWNER, "process " + process.pid()))
        .toList();
  }

  /** By its environment, which only processes of the same user show. */
  private boolean isOurs(ProcessHandle process) {
    try {
      byte[] environment =
          Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "environ"));
      return Stream.of(new String(environment, StandardCharsets.UTF_8).split("\0"))
          .anyMatch(variable -> variable.startsWith(mark));
    } catch (IOException goneOrAnothers) {
      return false;
    }
  }
}
