package dev.tmuxbuilder.agent.claude;

import dev.tmuxbuilder.agent.Screen;
import dev.tmuxbuilder.agent.Terminal;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** The pane of a session's tmux, looked at and typed into from outside of it. */
record Pane(Tmux tmux, ExecutionId execution) implements Terminal {
  @Override
  public Uni<Optional<Screen>> screen() {
    return VirtualThreads.call("screen " + execution, () -> tmux.screen(execution));
  }

  @Override
  public Uni<Boolean> type(String keys) {
    return VirtualThreads.call("keys " + execution, () -> tmux.type(execution, keys));
  }
}
