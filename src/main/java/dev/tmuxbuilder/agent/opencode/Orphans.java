package dev.tmuxbuilder.agent.opencode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Mender;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.ProcessSpace;
import dev.tmuxbuilder.platform.Processes;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Ends servers of OpenCode whose service is gone. Only the very process that was noted, by its
 * number and the moment of its start, and only where the service that noted it is no more.
 */
@ApplicationScoped
class Orphans implements Mender {
  private final Path root;

  Orphans(DataDirectory directory) {
    this.root = UserHome.all(directory.root());
  }

  @Override
  public Reach reach() {
    return Reach.MACHINE;
  }

  @Override
  public Uni<List<Mended>> mend() {
    return VirtualThreads.call("look for orphans of OpenCode", this::reapAll);
  }

  private List<Mended> reapAll() throws IOException {
    List<Mended> mended = new ArrayList<>();
    if (Files.isDirectory(root)) {
      try (Stream<Path> users = Files.list(root)) {
        for (Path user : users.toList()) {
          reap(user.resolve("server.json"))
              .ifPresent(
                  pid -> mended.add(new Mended(Fault.PROCESS_WITHOUT_OWNER, "process " + pid)));
        }
      }
    }
    return mended;
  }

  /** What is written down about a server as it starts. */
  static byte[] note(ProcessHandle process) {
    ProcessHandle service = ProcessHandle.current();
    return Json.bytes(
        Map.of(
            "space",
            ProcessSpace.here().name(),
            "pid",
            process.pid(),
            "started",
            started(process),
            "service_pid",
            service.pid(),
            "service_started",
            started(service)));
  }

  /** Ends the process of a note where it is an orphan; its number, where one was ended. Blocks. */
  static Optional<Long> reap(Path note) throws IOException {
    if (!Files.isRegularFile(note)) {
      return Optional.empty();
    }
    JsonNode noted = Json.mapper().readTree(Files.readString(note));
    if (!noted.path("space").asText().equals(ProcessSpace.here().name())
        || alive(noted, "service_pid", "service_started").isPresent()) {
      return Optional.empty();
    }
    Optional<ProcessHandle> orphan = alive(noted, "pid", "started");
    orphan.ifPresent(Processes::kill);
    orphan.ifPresent(Processes::awaitEnd);
    Files.deleteIfExists(note);
    return orphan.map(ProcessHandle::pid);
  }

  private static Optional<ProcessHandle> alive(JsonNode noted, String pid, String started) {
    return ProcessHandle.of(noted.path(pid).asLong(-1))
        .filter(ProcessHandle::isAlive)
        .filter(it -> !started(it).isEmpty() && started(it).equals(noted.path(started).asText()));
  }

  private static String started(ProcessHandle process) {
    return process.info().startInstant().map(Object::toString).orElse("");
  }
}
