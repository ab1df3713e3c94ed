package dev.tmuxbuilder.workspace.disk;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import dev.tmuxbuilder.workspace.SharedRepos;
import dev.tmuxbuilder.workspace.Workspace;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Shared repositories in a folder of the operator's. */
@ApplicationScoped
class DiskSharedRepos implements SharedRepos {
  private static final String REPOSITORY = ".git";

  private final Optional<SharedRepoFolder> folder;
  private final Path users;

  DiskSharedRepos(Settings settings, DataDirectory directory) {
    Settings.SharedRepos wanted = settings.sharedRepos();
    this.folder =
        wanted
            .dir()
            .map(Path::toAbsolutePath)
            .map(root -> new SharedRepoFolder(root, wanted.maxBytes(), wanted.maxFiles()));
    this.users = directory.root().resolve("users");
  }

  @Override
  public boolean offered() {
    return folder.isPresent();
  }

  @Override
  public Uni<List<SharedRepo>> all() {
    return folder.isEmpty()
        ? Uni.createFrom().item(List.of())
        : VirtualThreads.call("list shared repositories", () -> folder.get().all());
  }

  @Override
  public Uni<Optional<SharedRepo>> named(String name) {
    return folder.isEmpty() || !SharedRepoFolder.isName(name)
        ? Uni.createFrom().item(Optional.empty())
        : VirtualThreads.call("look at shared repository", () -> folder.get().named(name));
  }

  @Override
  public Uni<Copied> copy(SharedRepo repo, ExecutionId into, String path, String author) {
    Workspace workspace =
        new Workspace(
            users
                .resolve(into.user().toString())
                .resolve("sessions")
                .resolve(into.session().value()));
    return VirtualThreads.call(
        "copy shared repository", () -> copy(repo.name(), workspace, path, author));
  }

  /** A new site begins as a repository: does nothing where it has a commit already. Blocks. */
  void begin(Workspace workspace, Execution execution, String template)
      throws IOException, InterruptedException, TimeoutException {
    Git git = new Git(workspace.source());
    if (git.hasCommits()) {
      return;
    }
    SharedRepoFolder shared = folder.orElseThrow(() -> gone(template));
    if (shared.named(template).isEmpty()) {
      throw gone(template);
    }
    for (Path left : content(workspace.source())) { // of a try that was cut off
      DataDirectory.delete(left);
    }
    copy(template, workspace, "", execution.email());
  }

  private static StepFailure gone(String template) {
    return StepFailure.permanent(
        "template",
        "template_gone",
        "The shared repository " + template + " is not there any more.",
        "Create the site again, from another template or without one.");
  }

  private Copied copy(String name, Workspace workspace, String path, String author)
      throws IOException, InterruptedException, TimeoutException {
    Path source = workspace.source();
    if (!Files.isDirectory(source, NOFOLLOW_LINKS)) {
      return new Copied.NoSession();
    }
    Path target = path.isEmpty() ? source : source.resolve(path);
    if (!isFree(source, target)) {
      return new Copied.Occupied();
    }
    Path fresh = Files.createTempDirectory(workspace.root(), ".shared");
    Path index = fresh.resolveSibling(fresh.getFileName() + ".index");
    try {
      folder.orElseThrow().export(name, fresh, index);
      give(fresh, Files.getOwner(source));
      Files.createDirectories(target);
      for (Path each : content(fresh)) {
        Files.move(each, target.resolve(each.getFileName()), StandardCopyOption.ATOMIC_MOVE);
      }
      give(target, Files.getOwner(source));
      return new Copied.Done(new Git(source).commit("From the template " + name, author));
    } finally {
      DataDirectory.delete(fresh);
      Files.deleteIfExists(index);
    }
  }

  /** Whether nothing is there, and the way to it leads over no link. */
  private static boolean isFree(Path source, Path target) throws IOException {
    Path each = source;
    for (Path name : source.relativize(target)) {
      each = each.resolve(name);
      if (Files.exists(each, NOFOLLOW_LINKS) && !Files.isDirectory(each, NOFOLLOW_LINKS)) {
        return false;
      }
    }
    return !Files.exists(target, NOFOLLOW_LINKS) || content(target).isEmpty();
  }

  private static List<Path> content(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(each -> !each.endsWith(REPOSITORY)).toList();
    }
  }

  /** An agent may be a user of its own, and the source that user's. */
  private static void give(Path tree, UserPrincipal owner) throws IOException {
    if (Files.getOwner(tree).equals(owner)) {
      return;
    }
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path each : all.toList()) {
        Files.setOwner(each, owner);
      }
    }
  }
}
