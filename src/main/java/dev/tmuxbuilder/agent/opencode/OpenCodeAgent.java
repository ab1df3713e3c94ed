package dev.tmuxbuilder.agent.opencode;

import dev.tmuxbuilder.agent.Agent;
import dev.tmuxbuilder.agent.AgentEvents;
import dev.tmuxbuilder.agent.AgentOutcome;
import dev.tmuxbuilder.agent.AgentReadiness;
import dev.tmuxbuilder.agent.Instruction;
import dev.tmuxbuilder.agent.ModelAccess;
import dev.tmuxbuilder.agent.ModelAccesses;
import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * OpenCode makes the site, on its user's server in the pool. Its server ends with this service;
 * whoever takes the run up then goes on with the conversation.
 */
@ApplicationScoped
class OpenCodeAgent implements Agent {
  private final Pool pool;
  private final Launcher launcher;
  private final ModelAccesses accesses;
  private final Settings.OpenCode settings;

  OpenCodeAgent(Pool pool, Launcher launcher, ModelAccesses accesses, Settings settings) {
    this.pool = pool;
    this.launcher = launcher;
    this.accesses = accesses;
    this.settings = settings.opencode();
  }

  @Override
  public AgentKind kind() {
    return AgentKind.OPENCODE;
  }

  @Override
  public AgentReadiness readiness() {
    return launcher.program().readiness();
  }

  @Override
  public boolean converses() {
    return true;
  }

  @Override
  public Uni<AgentOutcome> work(Instruction instruction, AgentEvents events) {
    return accesses
        .of(instruction.execution())
        .chain(
            access ->
                VirtualThreads.call(
                    "opencode " + instruction.execution(),
                    () -> work(instruction, access, events)));
  }

  private AgentOutcome work(Instruction instruction, ModelAccess access, AgentEvents events)
      throws IOException {
    try {
      return new Turn(
              pool,
              settings,
              instruction,
              access,
              () -> accesses.lastRefusal(instruction.execution()),
              events)
          .work();
    } catch (InterruptedException stopped) {
      return new AgentOutcome.Interrupted();
    }
  }

  @Override
  public Uni<Void> release(ExecutionId execution) {
    return accesses.end(execution);
  }

  /** The conversation goes when the last of its user's does: they are kept together. */
  @Override
  public Uni<Void> forget(ExecutionId execution) {
    return VirtualThreads.run(
        "forget opencode " + execution,
        () -> {
          UserHome home = pool.home(execution.user());
          Files.deleteIfExists(home.key(execution.session()));
          Files.deleteIfExists(home.turns().resolve(execution.session().toString()));
          if (Files.isDirectory(home.keys()) && isEmpty(home) && !pool.has(execution.user())) {
            DataDirectory.delete(home.root());
          }
        });
  }

  private static boolean isEmpty(UserHome home) throws IOException {
    try (DirectoryStream<Path> keys = Files.newDirectoryStream(home.keys())) {
      return !keys.iterator().hasNext();
    }
  }
}
