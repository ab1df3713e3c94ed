package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.ExecutionId;
import io.smallrye.mutiny.Uni;
import java.util.Map;

/** What the programs of dynamic sites are given besides what their host gives them. */
public interface Environments {
  /**
   * Variables by name; the values are secrets.
   *
   * @param version another one after each change
   */
  record Environment(long version, Map<String, String> values) {
    public static final Environment NONE = new Environment(0, Map.of());

    public Environment {
      values = Map.copyOf(values);
    }

    /** So that no secret gets into a log. */
    @Override
    public String toString() {
      return "version " + version + " with " + values.size() + " variables";
    }
  }

  /** What was set last. Does not block. */
  Uni<Environment> of(ExecutionId execution);
}
