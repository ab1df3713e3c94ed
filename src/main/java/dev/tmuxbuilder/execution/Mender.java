package dev.tmuxbuilder.execution;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A part of the service that finds what a crash, or a hand, left behind and sets it right. */
public interface Mender {
  /** Whose business it is. */
  enum Reach {
    /** Of all nodes together: one of them looks at a time. */
    SHARED,
    /** Of a machine: every node looks. */
    MACHINE
  }

  Reach reach();

  /** Looks once, and mends; the item says what. Nothing blocks. */
  Uni<List<Mended>> mend();

  /** What was wrong. */
  enum Fault implements Named {
    /** A run had no place in the queue. */
    RUN_WITHOUT_JOB,
    /** A destruction had no place in the queue. */
    DESTRUCTION_WITHOUT_JOB,
    /** A run took longer than it may, and its owner did not end it. */
    RUN_OVERDUE,
    /** A dynamic site was live, and no process answered for it here. */
    SITE_WITHOUT_PROCESS,
    /** A process of a site went on without its service. */
    PROCESS_WITHOUT_OWNER,
    /** A session of tmux went on, and no run of its execution. */
    SESSION_WITHOUT_RUN,
    /** A site's files were there, and no session to which they belong. */
    SITE_WITHOUT_SESSION,
    /** A session's files were there, and no record of the session. */
    FILES_WITHOUT_SESSION,
    /** A node that is gone left temporary files. */
    TEMPORARY_FILES;

    @Override
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One thing that was mended.
   *
   * @param what names it, for the operator
   * @param told what its journal says of it, where that does not say so yet
   */
  record Mended(Fault fault, String what, Optional<Told> told) {
    public Mended(Fault fault, String what) {
      this(fault, what, Optional.empty());
    }
  }

  /** A line for the journal of an execution. */
  record Told(ExecutionId execution, String words) {}
}
