package dev.tmuxbuilder.workspace.disk;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tmuxbuilder.execution.Attachment;
import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.Receipt;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.execution.StatusDocument;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.execution.Viewport;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.VirtualThreads;
import dev.tmuxbuilder.workspace.Workspace;
import dev.tmuxbuilder.workspace.Workspaces;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Workspaces under {@code {data-dir}/users}. */
@ApplicationScoped
class DiskWorkspaces implements Workspaces {
  private static final String RUN = "run-";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int LONGEST_PLACE = 200;
  private static final Pattern PLACE =
      Pattern.compile("(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/){0,8}[A-Za-z0-9_-][A-Za-z0-9._-]*");

  private final Path users;
  private final DiskSharedRepos shared;

  /** Whose folders are being made: to cancel that interrupts it, and it ends a moment later. */
  private final Map<ExecutionId, CompletableFuture<Void>> making = new ConcurrentHashMap<>();

  DiskWorkspaces(DataDirectory directory, DiskSharedRepos shared) {
    this.shared = shared;
    this.users = directory.root().resolve("users");
  }

  @Override
  public Workspace of(ExecutionId execution) {
    return new Workspace(
        home(execution.user()).resolve("sessions").resolve(execution.session().value()));
  }

  private Path home(UserId user) {
    return users.resolve(user.toString());
  }

  @Override
  public Uni<Void> saveUser(Execution execution) {
    return onDisk(
        "write user.json",
        () -> {
          Path home = Files.createDirectories(home(execution.id().user()));
          Map<String, Object> user = new LinkedHashMap<>();
          user.put("user_id", execution.id().user().toString());
          user.put("tenant_id", execution.tenant().toString());
          user.put("email", execution.email());
          user.put("phone", execution.phone());
          WholeFiles.write(home.resolve("user.json"), pretty(user));
        });
  }

  @Override
  public Uni<Workspace> prepare(Execution execution) {
    Workspace workspace = of(execution.id());
    return making(
            execution.id(),
            () -> {
              for (String folder :
                  List.of("source", "logs", "state", ".claude/agents", ".claude/skills")) {
                Files.createDirectories(workspace.root().resolve(folder));
              }
              for (String folder : List.of("receipts", "screenshots", "tests")) {
                Files.createDirectories(workspace.deployment().resolve(folder));
              }
              WholeFiles.write(
                  workspace.deployment().resolve("config.json"), pretty(configuration(execution)));
              WholeFiles.write(workspace.root().resolve("brief.md"), execution.requirements());
              WholeFiles.write(
                  workspace.root().resolve("CLAUDE.md"), Assignment.of(execution).text());
              new Git(workspace.source()).init();
              if (execution.template().isPresent()) {
                shared.begin(workspace, execution, execution.template().get());
              }
            })
        .replaceWith(workspace);
  }

  private Uni<Void> making(ExecutionId execution, VirtualThreads.Action work) {
    return Uni.createFrom()
        .deferred(
            () -> {
              CompletableFuture<Void> made = new CompletableFuture<>();
              making.put(execution, made);
              return onDisk(
                  "make the session's folders",
                  () -> {
                    try {
                      work.run();
                    } finally {
                      making.remove(execution, made);
                      made.complete(null);
                    }
                  });
            });
  }

  private void awaitMade(ExecutionId execution) throws InterruptedException, TimeoutException {
    try {
      making
          .getOrDefault(execution, CompletableFuture.completedFuture(null))
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException never) {
      throw new IllegalStateException(never);
    }
  }

  private static Map<String, Object> configuration(Execution execution) {
    Map<String, Object> configuration = new LinkedHashMap<>();
    configuration.put("execution_id", execution.id().toString());
    configuration.put("user_id", execution.id().user().toString());
    configuration.put("session_id", execution.id().session().toString());
    configuration.put("host_provider", execution.host().wire());
    configuration.put("site_type", execution.siteType().wire());
    configuration.put("agent", execution.agent().wire());
    configuration.put("site_name", execution.siteName());
    configuration.put("created_at", execution.createdAt());
    return configuration;
  }

  @Override
  public Uni<Void> saveFiles(
      ExecutionId execution, List<Attachment> files, Function<Attachment, Uni<byte[]>> content) {
    Path root = of(execution).root();
    return Multi.createFrom()
        .iterable(files)
        .onItem()
        .transformToUniAndConcatenate(
            file ->
                VirtualThreads.call(
                        "look for " + file.path(), () -> isThere(root.resolve(file.path()), file))
                    .chain(
                        there ->
                            there
                                ? Uni.createFrom().voidItem()
                                : content
                                    .apply(file)
                                    .chain(bytes -> saveFile(root.resolve(file.path()), bytes))))
        .toUni();
  }

  private static boolean isThere(Path path, Attachment file) throws IOException {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Files.size(path) == file.bytes();
  }

  private static Uni<Void> saveFile(Path path, byte[] bytes) {
    return onDisk(
        "write " + path.getFileName(),
        () -> {
          Files.createDirectories(path.getParent());
          WholeFiles.write(path, bytes);
        });
  }

  @Override
  public Uni<Boolean> place(ExecutionId execution, String path, byte[] content) {
    Path source = of(execution).source();
    return VirtualThreads.call(
        "place " + path,
        () -> {
          if (!PLACE.matcher(path).matches() || path.length() > LONGEST_PLACE) {
            return false;
          }
          Path target = source.resolve(path);
          if (isOverALink(source, Path.of(path)) || Files.isDirectory(target)) {
            return false;
          }
          Files.createDirectories(target.getParent());
          WholeFiles.write(target, content);
          Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
          return true;
        });
  }

  private static boolean isOverALink(Path root, Path way) {
    return IntStream.rangeClosed(1, way.getNameCount())
        .anyMatch(names -> Files.isSymbolicLink(root.resolve(way.subpath(0, names))));
  }

  @Override
  public Uni<SourceState> commit(ExecutionId execution, String message, Progress progress) {
    Path source = of(execution).source();
    return VirtualThreads.call(
        "commit " + execution,
        () -> {
          try {
            ArtifactReader.Read read = ArtifactReader.read(source);
            if (!read.leftOut().isEmpty()) {
              progress.warn("commit", "Left out, since they are no plain files: " + read.leftOut());
            }
            return new SourceState(new Git(source).commit(message), read.artifact());
          } catch (NoSuchFileException gone) {
            throw StepFailure.permanent(
                    "commit",
                    "source_gone",
                    "There is no source/ in this session's folder.",
                    "Create the site again; its folder was removed by somebody.")
                .causedBy(gone);
          } catch (IOException | TimeoutException failed) {
            throw disk("commit the source", failed);
          }
        });
  }

  @Override
  public Uni<Void> saveSnapshot(Snapshot snapshot) {
    Path deployment = of(snapshot.id()).deployment();
    Path copy = deployment.resolve("execution.json");
    return onDisk(
        "write execution.json",
        () -> {
          awaitMade(snapshot.id());
          if (Files.isDirectory(deployment) && newestEvent(copy) <= snapshot.lastSeq()) {
            WholeFiles.write(copy, pretty(StatusDocument.of(snapshot, snapshot.lastSeq())));
          }
        });
  }

  /** Another node may have written a newer copy while this one slept. */
  private static long newestEvent(Path copy) throws IOException {
    try {
      return Json.mapper().readTree(copy.toFile()).path("next_since").asLong();
    } catch (FileNotFoundException | NoSuchFileException none) {
      return 0;
    } catch (JsonProcessingException notOurs) { // whoever wrote that: it makes room for the truth
      return 0;
    }
  }

  @Override
  public Uni<Void> saveReceipt(ExecutionId execution, Receipt receipt) {
    return onDisk(
        "write the receipt",
        () -> {
          Path receipts = Files.createDirectories(of(execution).deployment().resolve("receipts"));
          WholeFiles.write(receipts.resolve(receipt.release() + ".json"), pretty(receipt));
        });
  }

  @Override
  public Uni<Optional<Path>> screenshot(
      ExecutionId execution, Optional<Integer> run, Viewport viewport) {
    Path screenshots = of(execution).deployment().resolve("screenshots");
    return VirtualThreads.call(
        "find screenshot",
        () -> {
          String file = viewport.wire() + ".png";
          if (run.isPresent()) {
            return Optional.of(screenshots.resolve(RUN + run.get()).resolve(file))
                .filter(Files::isRegularFile);
          }
          if (!Files.isDirectory(screenshots)) {
            return Optional.<Path>empty();
          }
          try (Stream<Path> runs = Files.list(screenshots)) {
            return runs.filter(folder -> folder.getFileName().toString().matches("run-[0-9]{1,9}"))
                .sorted(Comparator.comparingInt(DiskWorkspaces::number).reversed())
                .map(folder -> folder.resolve(file))
                .filter(Files::isRegularFile)
                .findFirst();
          }
        });
  }

  @Override
  public Uni<Optional<Path>> picture(ExecutionId execution, String path) {
    Path deployment = of(execution).deployment();
    return VirtualThreads.call(
        "find picture",
        () -> {
          Path file = deployment.resolve(path).normalize();
          return file.startsWith(deployment)
                  && file.toString().endsWith(".png")
                  && Files.isRegularFile(file)
                  && file.toRealPath().startsWith(deployment.toRealPath())
              ? Optional.of(file)
              : Optional.<Path>empty();
        });
  }

  private static int number(Path folder) {
    return Integer.parseInt(folder.getFileName().toString().substring(RUN.length()));
  }

  @Override
  public Uni<Void> removeUser(UserId user) {
    return onDisk("remove the user's folders", () -> DataDirectory.delete(home(user)));
  }

  @Override
  public Uni<Void> remove(ExecutionId execution) {
    return onDisk("remove the session's folders", () -> DataDirectory.delete(of(execution).root()));
  }

  private static String pretty(Object value) {
    return Json.mapper().valueToTree(value).toPrettyString() + "\n";
  }

  private static Uni<Void> onDisk(String what, VirtualThreads.Action work) {
    return VirtualThreads.run(
        what,
        () -> {
          try {
            work.run();
          } catch (IOException | TimeoutException failed) {
            throw disk(what, failed);
          }
        });
  }

  /** A full or faulty disk may have room again: worth another try. */
  private static StepFailure disk(String what, Exception failed) {
    return StepFailure.retryable(
            "files",
            "disk_failed",
            "Could not " + what + ": " + failed.getMessage() + ".",
            "See that the data directory has room and may be written to, then redeploy.")
        .causedBy(failed);
  }
}
