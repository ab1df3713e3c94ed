package dev.tmuxbuilder.queue;

import dev.tmuxbuilder.execution.Mender;
import dev.tmuxbuilder.execution.Nodes;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.LostAndFound;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Removes the temporary files of nodes that are gone, where several share a directory. */
@ApplicationScoped
class StrayTemporaries implements Mender {
  private static final Duration GONE_FOR = Duration.ofMinutes(30);

  private final Nodes nodes;
  private final DataDirectory directory;

  StrayTemporaries(Nodes nodes, DataDirectory directory) {
    this.nodes = nodes;
    this.directory = directory;
  }

  @Override
  public Reach reach() {
    return Reach.SHARED;
  }

  @Override
  public Uni<List<Mended>> mend() {
    return nodes
        .heardWithin(GONE_FOR)
        .map(all -> all.stream().map(Nodes.Node::name).collect(Collectors.toUnmodifiableSet()))
        .chain(living -> VirtualThreads.call("remove stray temporaries", () -> remove(living)));
  }

  private List<Mended> remove(Set<String> living) throws java.io.IOException {
    List<Mended> mended = new ArrayList<>();
    for (Path folder : directory.othersTemporaryFolders()) {
      String node = folder.getFileName().toString();
      if (!living.contains(node) && LostAndFound.settled(folder)) {
        DataDirectory.delete(folder);
        mended.add(new Mended(Fault.TEMPORARY_FILES, "node " + node));
      }
    }
    return mended;
  }
}
