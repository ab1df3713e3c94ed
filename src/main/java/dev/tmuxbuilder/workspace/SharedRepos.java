package dev.tmuxbuilder.workspace;

import dev.tmuxbuilder.execution.ExecutionId;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Git repositories that the operator offers as templates. None of the methods blocks. */
public interface SharedRepos {
  /** Whether the operator has set a folder of them. */
  boolean offered();

  /** All that there are, by name. */
  Uni<List<SharedRepo>> all();

  /** The one of that name; empty where there is none, or the name cannot be one. */
  Uni<Optional<SharedRepo>> named(String name);

  /**
   * Copies the files of a repository's newest commit into a session's source, and commits them in
   * its author's name. Nothing goes back, and the session keeps no way to the repository.
   *
   * @param folder below {@code source/}, with forward slashes; it must not be there, or be empty
   */
  Uni<Copied> copy(SharedRepo repo, ExecutionId into, String folder, String author);

  /**
   * A repository, as its newest commit has it.
   *
   * @param description in a line; may be empty
   * @param bytes of all files
   * @param tooLarge whether it is more than may be copied
   */
  record SharedRepo(
      String name,
      String description,
      long bytes,
      int files,
      boolean tooLarge,
      Instant changedAt) {}

  /** What came of a copy. */
  sealed interface Copied {
    /** It is there, in this commit of the session's. */
    record Done(String commit) implements Copied {}

    /** Something is there already. */
    record Occupied() implements Copied {}

    /** The session has no source any more. */
    record NoSession() implements Copied {}
  }
}
