package dev.tmuxbuilder.workspace;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Attachment;
import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.Receipt;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.execution.Viewport;
import io.smallrye.mutiny.Uni;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The folders of users and sessions. Every method is idempotent and writes files whole or not at
 * all; none blocks its caller. What goes wrong is a {@code StepFailure}.
 */
public interface Workspaces {
  /** Where a session's folders are, or would be. */
  Workspace of(ExecutionId execution);

  /** Writes {@code users/{GUID}/user.json}. */
  Uni<Void> saveUser(Execution execution);

  /** Makes the session's folders, its repository, and what an agent is told. */
  Uni<Workspace> prepare(Execution execution);

  /**
   * Puts a user's files where an agent finds them; one that is there already is not asked for.
   *
   * @param content gives the bytes of one
   */
  Uni<Void> saveFiles(
      ExecutionId execution, List<Attachment> files, Function<Attachment, Uni<byte[]>> content);

  /**
   * Writes a file into {@code source/}. False, and nothing is written, where the path leads out of
   * it, over a link, or to something hidden.
   */
  Uni<Boolean> place(ExecutionId execution, String path, byte[] content);

  /**
   * Commits what is in {@code source/}, where it differs from the last commit, and reads the
   * artifact from it. Links and special files are left out, and said so.
   */
  Uni<SourceState> commit(ExecutionId execution, String message, Progress progress);

  /** Writes {@code deployment/execution.json}, a copy of the journal's state for people. */
  Uni<Void> saveSnapshot(Snapshot snapshot);

  /** Writes {@code deployment/receipts/{release}.json}. */
  Uni<Void> saveReceipt(ExecutionId execution, Receipt receipt);

  /** The picture that a run took, or the newest run that took one. */
  Uni<Optional<Path>> screenshot(ExecutionId execution, Optional<Integer> run, Viewport viewport);

  /**
   * A picture that a run left as evidence, where it is still kept.
   *
   * @param path relative to {@code deployment/}, as the run's report has it
   */
  Uni<Optional<Path>> picture(ExecutionId execution, String path);

  /** Removes everything of the user: all sessions' folders, and what else is kept beside them. */
  Uni<Void> removeUser(UserId user);

  /** Removes everything of the session. */
  Uni<Void> remove(ExecutionId execution);

  /**
   * What a commit holds.
   *
   * @param commit its hash
   */
  record SourceState(String commit, Artifact artifact) {}
}
