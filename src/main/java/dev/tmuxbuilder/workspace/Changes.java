package dev.tmuxbuilder.workspace;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Named;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What runs changed in a session's source, as its repository has it. No method blocks. */
public interface Changes {
  /** What became of a file. */
  enum Kind implements Named {
    ADDED,
    CHANGED,
    REMOVED;

    @Override
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A file that is not as it was.
   *
   * @param path within the source
   * @param binary whether its lines say nothing; both counts are 0 then
   */
  record File(String path, Kind kind, boolean binary, long addedLines, long removedLines) {}

  /**
   * All that a run changed.
   *
   * @param commit the run's newest commit; empty where it made none
   * @param files by path; empty where it changed nothing
   */
  record Changed(Optional<String> commit, List<File> files) {
    public Changed {
      files = List.copyOf(files);
    }
  }

  /**
   * One file's change.
   *
   * @param text as unified diff; empty where the file is binary
   * @param cut whether there is more of it than is told
   */
  record Diff(File file, String text, boolean cut) {}

  /** Empty where the session has no repository (any more). */
  Uni<Optional<Changed>> of(ExecutionId execution, int run);

  /** Empty where the run did not change that file. */
  Uni<Optional<Diff>> diff(ExecutionId execution, int run, String path);
}
