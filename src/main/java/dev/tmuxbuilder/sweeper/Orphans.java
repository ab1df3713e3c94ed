package dev.tmuxbuilder.sweeper;

import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Named;
import dev.tmuxbuilder.execution.Resource;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What was found, as it is kept. None of the methods blocks. */
public interface Orphans {
  /** What is wrong with it. */
  enum Reason implements Named {
    /** Its tags name an execution that does not exist, or was destroyed. */
    NO_SESSION,
    /** It has a name of this service's, no tags, and no session's name. */
    NO_OWNER,
    /** It has the name of a living session's resource, and no tags: a redeploy sets them. */
    UNTAGGED;

    @Override
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it may be removed: what a living session uses may not. */
    public boolean removable() {
      return switch (this) {
        case NO_SESSION, NO_OWNER -> true;
        case UNTAGGED -> false;
      };
    }
  }

  /** What a resource is called: enough to find it again. */
  record Name(String provider, String type, String id) {
    static Name of(Resource resource) {
      return new Name(resource.provider(), resource.type(), resource.id());
    }
  }

  /**
   * A resource that was found.
   *
   * @param called its name on the host
   * @param removal who asked for its removal, and when; empty where nobody did
   * @param problem why it could not be removed
   */
  record Orphan(
      Resource resource,
      String called,
      Reason reason,
      Instant foundAt,
      Instant seenAt,
      Optional<Removal> removal,
      Optional<String> problem) {
    public Name name() {
      return Name.of(resource);
    }
  }

  /** A wish for removal. */
  record Removal(String by, Instant at) {}

  /** A resource that is in nobody's possession now. */
  record Found(Resource resource, String called, Reason reason) {}

  /**
   * A look at a host.
   *
   * @param triedAt when it was tried last
   * @param doneAt when it went well last
   * @param problem what went wrong at the last try
   */
  record Look(
      HostProvider host, Instant triedAt, Optional<Instant> doneAt, Optional<String> problem) {}

  /** All that are known, the oldest first. */
  Uni<List<Orphan>> all();

  Uni<List<Look>> looks();

  /** Puts what a host was found to hold in the place of what was known; wishes stay. */
  Uni<Void> keep(HostProvider host, List<Found> found);

  /** Remembers that a host could not be looked at. */
  Uni<Void> failed(HostProvider host, String problem);

  /**
   * Asks for the removal of these.
   *
   * @return those that are not known, or may not be removed: where there are any, nothing was asked
   */
  Uni<List<Name>> requestRemoval(List<Name> names, String by);

  /** What became of a removal: with a problem, somebody must ask again. */
  Uni<Void> ended(Name name, Optional<String> problem);

  /** Executions for which the host may hold something. */
  Uni<Set<String>> living(HostProvider host);

  /** The hosts that sites were ever wanted on. */
  Uni<Set<HostProvider>> hostsInUse();
}
