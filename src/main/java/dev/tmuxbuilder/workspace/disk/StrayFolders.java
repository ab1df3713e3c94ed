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
  private final Path agents;
  private final Overview overview;
  private final LostAndFound lost;

  StrayFolders(DataDirectory directory, Overview overview, LostAndFound lost) {
    this.users = directory.root().resolve("users");
    this.agents = directory.root().resolve("agents");
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

  /** A session's own folder, and its agent's. */
  private Map<String, List<Path>> sessions() throws IOException {
    Map<String, List<Path>> sessions = new HashMap<>();
    for (Path user : LostAndFound.foldersIn(users)) {
      for (Path session : LostAndFound.foldersIn(user.resolve("sessions"))) {
        note(user.getFileName() + "_" + session.getFileName(), session, sessions);
      }
    }
    for (Path home : LostAndFound.foldersIn(agents)) {
      note(home.getFileName().toString(), home, sessions);
    }
    return sessions;
  }

  private static void note(String name, Path folder, Map<String, List<Path>> sessions)
      throws IOException {
    if (ExecutionId.parse(name).isPresent() && LostAndFound.settled(folder)) {
      sessions.computeIfAbsent(name, first -> new ArrayList<>()).add(folder);
    }
  }

  private Uni<List<Mended>> putAway(Map<String, List<Path>> sessions, Set<String> strays) {
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
          for (Map.Entry<String, List<Path>> session : sessions.entrySet()) {
            if (strays.contains(session.getKey())) {
              for (Path folder : session.getValue()) {
                lost.keep(folder);
              }
              mended.add(new Mended(Fault.FILES_WITHOUT_SESSION, session.getKey()));
            }
          }
          return mended;
        });
  }
}
