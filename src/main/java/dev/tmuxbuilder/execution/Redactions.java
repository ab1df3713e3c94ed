package dev.tmuxbuilder.execution;

import io.smallrye.mutiny.Uni;
import java.util.function.UnaryOperator;

/** Who knows what must not be told of an execution. */
public interface Redactions {
  /** Takes an execution's secrets out of a text, as far as they are known by now. */
  Uni<UnaryOperator<String>> redaction(ExecutionId execution);
}
