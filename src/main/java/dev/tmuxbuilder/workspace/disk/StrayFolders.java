package dev.tmuxbuilder.workspace.disk;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Mender;
import dev.tmuxbuilder.execution.Overview;
import dev.tmuxbuilder.platform.DataDirectory;
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
import java.util.Set;

/** Puts away folders of sessions that nobody has, or that were destroyed. */
@ApplicationScoped
class StrayFolders implements Mender {
  private static final System.Logger LOG = System.getLogger(StrayFolders.class.getName());

  /** More than so many at once, and more than half of all, is another database's directory. */
  private static final int SUSPICIOUS = 20;

  private final Path users;
  private final Overview overview;
  private final LostAndFound lost;

  StrayFolders(DataDirectory directory, Overview overview, LostAndFound lost) {
    this.users = directory.root().resolve("users");
    this.overview = overview;
    this.lost = lost;
  }

  @Override
  public Reach reach() {
    return Reach.SHARED;
  }

  @Override
  public Uni<List<Mended>> mend() {
    return VirtualThreads.call("list sessions", this::sessions)
        .chain(
            sessions ->
                sessions.isEmpty()
                    ? Uni.createFrom().item(List.<Mended>of())
                    : overview
                        .notExecutions(sessions.keySet())
                        .chain(strays -> putAway(sessions, strays)));
  }

  private Map<String, Path> sessions() throws IOException {
    Map<String, Path> sessions = new HashMap<>();
    for (Path user : LostAndFound.foldersIn(users)) {
      for (Path session : LostAndFound.foldersIn(user.resolve("sessions"))) {
        String name = user.getFileName() + "_" + session.getFileName();
        if (ExecutionId.parse(name).isPresent() && LostAndFound.settled(session)) {
          sessions.put(name, session);
        }
      }
    }
    return sessions;
  }

  private Uni<List<Mended>> putAway(Map<String, Path> sessions, Set<String> strays) {
    if (strays.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    if (strays.size() > SUSPICIOUS && strays.size() > sessions.size() / 2) {
      LOG.log(
          System.Logger.Level.ERROR,
          "{0} of {1} sessions in {2} are not known to the database. Is it the right one? Nothing"
              + " was moved.",
          strays.size(),
          sessions.size(),
          users);
      return Uni.createFrom().item(List.of());
    }
    return VirtualThreads.call(
        "put stray sessions away",
        () -> {
          List<Mended> mended = new ArrayList<>();
          for (Map.Entry<String, Path> session : sessions.entrySet()) {
            if (strays.contains(session.getKey())) {
              lost.keep(session.getValue());
              mended.add(new Mended(Fault.FILES_WITHOUT_SESSION, session.getKey()));
            }
          }
          return mended;
        });
  }
}
