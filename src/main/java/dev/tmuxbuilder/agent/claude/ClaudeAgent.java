package dev.tmuxbuilder.agent.claude;

import dev.tmuxbuilder.agent.Agent;
import dev.tmuxbuilder.agent.AgentEvents;
import dev.tmuxbuilder.agent.AgentOutcome;
import dev.tmuxbuilder.agent.AgentReadiness;
import dev.tmuxbuilder.agent.Instruction;
import dev.tmuxbuilder.agent.ModelAccesses;
import dev.tmuxbuilder.agent.Terminal;
import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Claude Code in a tmux session. Each turn is a process of its own that takes up the conversation
 * of the turns before; it goes on while this service is restarted, and whoever takes up its run
 * then goes on reading where the one before it stopped.
 */
@ApplicationScoped
public class ClaudeAgent implements Agent {
  private final ClaudeProgram program;
  private final Sessions sessions;
  private final Tmux tmux;
  private final Set<ExecutionId> working = ConcurrentHashMap.newKeySet();

  /** Whose session somebody has in hand, each until its future is done. */
  private final Map<ExecutionId, CompletableFuture<Void>> inHand = new ConcurrentHashMap<>();

  private volatile boolean leaving;

  ClaudeAgent(Settings settings, DataDirectory directory, ModelAccesses accesses) {
    this.program = new ClaudeProgram(settings);
    this.tmux = new Tmux(program.tmux(), Tmux.socketIn(directory.root()));
    this.sessions =
        new Sessions(
            directory.root().resolve("agents"), settings.claude(), program, tmux, accesses);
  }

  /** From here on, whoever is told to stop leaves its agent at work for those who come after. */
  void leave(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) ShutdownEvent event) {
    leaving = true;
  }

  @Override
  public AgentKind kind() {
    return AgentKind.CLAUDE;
  }

  @Override
  public AgentReadiness readiness() {
    return program.readiness(tmux.addressable());
  }

  @Override
  public boolean converses() {
    return true;
  }

  @Override
  public Uni<AgentOutcome> work(Instruction instruction, AgentEvents events) {
    return VirtualThreads.call(
        "claude " + instruction.execution(),
        () -> {
          CompletableFuture<Void> mine = take(instruction.execution());
          try {
            return work(sessions.work(instruction, events), instruction.execution());
          } finally {
            giveBack(instruction.execution(), mine);
          }
        });
  }

  private AgentOutcome work(TurnWork turn, ExecutionId execution)
      throws IOException, InterruptedException, TimeoutException {
    working.add(execution);
    try {
      return turn.toItsEnd();
    } catch (InterruptedException stopped) {
      return interrupted(turn);
    } catch (IOException broken) {
      if (Thread.interrupted()) { // in the middle of a file
        return interrupted(turn);
      }
      throw broken;
    } finally {
      working.remove(execution);
    }
  }

  private AgentOutcome interrupted(TurnWork turn)
      throws IOException, InterruptedException, TimeoutException {
    if (!leaving) {
      turn.stop();
    }
    return new AgentOutcome.Interrupted();
  }

  /** Waits for a turn that is being stopped: what it ends must not be the next one's. */
  private CompletableFuture<Void> take(ExecutionId execution)
      throws InterruptedException, ExecutionException {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> other = inHand.putIfAbsent(execution, mine);
    while (other != null) {
      other.get();
      other = inHand.putIfAbsent(execution, mine);
    }
    return mine;
  }

  private void giveBack(ExecutionId execution, CompletableFuture<Void> mine) {
    inHand.remove(execution);
    mine.complete(null);
  }

  @Override
  public Optional<String> attachCommand(ExecutionId execution) {
    return working.contains(execution)
        ? Optional.of(tmux.attachCommand(execution))
        : Optional.empty();
  }

  @Override
  public Optional<Terminal> terminal(ExecutionId execution) {
    return Optional.of(new Pane(tmux, execution));
  }

  @Override
  public Uni<Void> release(ExecutionId execution) {
    return VirtualThreads.run(
        "release claude " + execution,
        () -> unlessInHand(execution, () -> sessions.end(execution)));
  }

  private interface Ending {
    void end() throws IOException, InterruptedException, TimeoutException;
  }

  /** Where somebody has the session in hand, its end is their affair. */
  private boolean unlessInHand(ExecutionId execution, Ending ending)
      throws IOException, InterruptedException, TimeoutException {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    if (inHand.putIfAbsent(execution, mine) != null) {
      return false;
    }
    try {
      ending.end();
      return true;
    } finally {
      giveBack(execution, mine);
    }
  }

  /** Agents that have a session on this machine, this service's and those that were left. */
  Set<ExecutionId> sessions() throws IOException, InterruptedException, TimeoutException {
    return tmux.sessions();
  }

  /** Ends a session that was left; false where it is in somebody's hand. */
  boolean end(ExecutionId stray) throws IOException, InterruptedException, TimeoutException {
    return unlessInHand(stray, () -> sessions.endSession(stray));
  }

  @Override
  public Uni<Void> forget(ExecutionId execution) {
    return VirtualThreads.run("forget claude " + execution, () -> sessions.forget(execution));
  }
}
