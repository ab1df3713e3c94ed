package dev.tmuxbuilder.workspace.disk;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.VirtualThreads;
import dev.tmuxbuilder.workspace.Evidence;
import dev.tmuxbuilder.workspace.Workspace;
import dev.tmuxbuilder.workspace.Workspaces;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Evidence under {@code deployment/} and {@code logs/} of each session. */
@ApplicationScoped
class DiskEvidence implements Evidence {
  private static final Pattern RUN = Pattern.compile("(?:report-)?run-(\\d{1,9})(?:\\.json)?");
  private static final String REMOVED = ".removed";

  private final Path users;
  private final Workspaces workspaces;

  DiskEvidence(DataDirectory directory, Workspaces workspaces) {
    this.users = directory.root().resolve("users");
    this.workspaces = workspaces;
  }

  /** Everything that one run left, in several places. */
  private record Left(int run, List<Path> places, Instant newest, long bytes) {}

  @Override
  public Uni<List<ExecutionId>> beyond(Policy policy) {
    return VirtualThreads.call(
        "look for old evidence",
        () -> {
          List<ExecutionId> found = new ArrayList<>();
          for (Path user : list(users)) {
            for (Path session : list(user.resolve("sessions"))) {
              Optional<ExecutionId> id =
                  ExecutionId.parse(user.getFileName() + "_" + session.getFileName());
              if (id.isPresent()
                  && !(old(workspaces.of(id.get()), policy, Set.of()).isEmpty()
                      && oldLogs(workspaces.of(id.get()), policy).isEmpty())) {
                found.add(id.get());
              }
            }
          }
          return found;
        });
  }

  @Override
  public Uni<Removed> remove(ExecutionId execution, Policy policy, Set<Integer> untouchable) {
    Workspace workspace = workspaces.of(execution);
    return VirtualThreads.call(
        "remove old evidence",
        () -> {
          Removed removed = Removed.NOTHING;
          for (Left old : old(workspace, policy, untouchable)) {
            for (Path place : old.places()) {
              delete(place);
            }
            Path pictures = workspace.deployment().resolve("screenshots/run-" + old.run());
            Files.createDirectories(pictures);
            Files.writeString(pictures.resolve(REMOVED), "Removed by retention.\n");
            removed = removed.and(new Removed(1, 0, old.bytes()));
          }
          for (Path log : oldLogs(workspace, policy)) {
            long bytes = Files.size(log);
            Files.deleteIfExists(log);
            removed = removed.and(new Removed(0, 1, bytes));
          }
          return removed;
        });
  }

  @Override
  public Uni<Boolean> removed(ExecutionId execution, int run) {
    Path mark =
        workspaces.of(execution).deployment().resolve("screenshots/run-" + run).resolve(REMOVED);
    return VirtualThreads.call("look for a mark", () -> Files.exists(mark));
  }

  private static List<Left> old(Workspace workspace, Policy policy, Set<Integer> untouchable)
      throws IOException {
    List<Left> old = new ArrayList<>();
    int kept = 0;
    long bytes = 0;
    for (Left left : left(workspace)) {
      kept++;
      bytes += left.bytes();
      boolean tooMuch =
          kept > policy.runs() || bytes > policy.bytes() || left.newest().isBefore(policy.before());
      if (tooMuch && !untouchable.contains(left.run())) {
        old.add(left);
      }
    }
    return old;
  }

  /** The newest run first. */
  private static List<Left> left(Workspace workspace) throws IOException {
    List<Path> places = new ArrayList<>(list(workspace.deployment().resolve("screenshots")));
    places.addAll(list(workspace.deployment().resolve("tests")));
    return places.stream()
        .filter(place -> run(place) > 0 && !Files.exists(place.resolve(REMOVED)))
        .collect(java.util.stream.Collectors.groupingBy(DiskEvidence::run))
        .entrySet()
        .stream()
        .sorted(java.util.Map.Entry.<Integer, List<Path>>comparingByKey().reversed())
        .map(entry -> measured(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static int run(Path place) {
    Matcher name = RUN.matcher(place.getFileName().toString());
    return name.matches() ? Integer.parseInt(name.group(1)) : 0;
  }

  private static Left measured(int run, List<Path> places) {
    long bytes = 0;
    Instant newest = Instant.EPOCH;
    for (Path place : places) {
      for (Path file : files(place)) {
        bytes += file.toFile().length();
        Instant changed = Instant.ofEpochMilli(file.toFile().lastModified());
        newest = changed.isAfter(newest) ? changed : newest;
      }
    }
    return new Left(run, places, newest, bytes);
  }

  /** The newest log stays: a site's process may be writing to it. */
  private static List<Path> oldLogs(Workspace workspace, Policy policy) throws IOException {
    List<Path> logs =
        list(workspace.logs()).stream()
            .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
            .sorted(
                Comparator.comparingLong((Path file) -> file.toFile().lastModified()).reversed())
            .toList();
    List<Path> old = new ArrayList<>();
    long bytes = 0;
    for (Path log : logs) {
      bytes += log.toFile().length();
      boolean late =
          Instant.ofEpochMilli(log.toFile().lastModified()).isBefore(policy.logsBefore());
      if (!log.equals(logs.getFirst()) && (late || bytes > policy.logBytes())) {
        old.add(log);
      }
    }
    return old;
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    } catch (NoSuchFileException | java.nio.file.NotDirectoryException none) {
      return List.of();
    }
  }

  private static List<Path> files(Path place) {
    try (Stream<Path> tree = Files.walk(place)) {
      return tree.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).toList();
    } catch (IOException gone) { // another node removes it
      return List.of();
    }
  }

  private static void delete(Path place) throws IOException {
    List<Path> all;
    try (Stream<Path> tree = Files.walk(place)) {
      all = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }
}
