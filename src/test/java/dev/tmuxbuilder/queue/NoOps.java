package dev.tmuxbuilder.queue;

import dev.tmuxbuilder.agent.Agent;
import dev.tmuxbuilder.agent.AgentEvents;
import dev.tmuxbuilder.agent.AgentOutcome;
import dev.tmuxbuilder.agent.Instruction;
import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Attachment;
import dev.tmuxbuilder.execution.Attachments;
import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.Receipt;
import dev.tmuxbuilder.execution.Receipt.CostEstimate;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.Screenshot;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.execution.Viewport;
import dev.tmuxbuilder.hosting.Host;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.verification.Target;
import dev.tmuxbuilder.verification.Verifier;
import dev.tmuxbuilder.workspace.Workspace;
import dev.tmuxbuilder.workspace.Workspaces;
import io.smallrye.mutiny.Uni;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Steps that do nothing, so that what is measured is the queue, the journal and the checkpoints.
 */
final class NoOps {
  private static final String SHA256 = "0".repeat(64);
  private static final Artifact ARTIFACT =
      new Artifact(
          Path.of("/nonexistent"), SHA256, List.of(new Artifact.File("index.html", SHA256, 1)));

  private NoOps() {}

  /** Nobody sends a file. */
  static final class NoFiles implements Attachments {
    @Override
    public Uni<List<Attachment>> of(TenantId tenant, ExecutionId execution) {
      return Uni.createFrom().item(List.of());
    }

    @Override
    public Uni<Optional<Content>> content(TenantId tenant, ExecutionId execution, UUID file) {
      return Uni.createFrom().item(Optional.empty());
    }
  }

  /** Folders that are not there. Tells of each state that a node would have written. */
  record NoFolders(Consumer<Snapshot> seen) implements Workspaces {
    @Override
    public Uni<Boolean> place(ExecutionId execution, String path, byte[] content) {
      return Uni.createFrom().item(false);
    }

    @Override
    public Uni<Void> saveFiles(
        ExecutionId execution, List<Attachment> files, Function<Attachment, Uni<byte[]>> content) {
      return Uni.createFrom().voidItem();
    }

    @Override
    public Workspace of(ExecutionId execution) {
      return new Workspace(Path.of("/nonexistent", execution.toString()));
    }

    @Override
    public Uni<Void> saveUser(Execution execution) {
      return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Workspace> prepare(Execution execution) {
      return Uni.createFrom().item(of(execution.id()));
    }

    @Override
    public Uni<SourceState> commit(ExecutionId execution, String message, Progress progress) {
      return Uni.createFrom().item(new SourceState("0".repeat(40), ARTIFACT));
    }

    @Override
    public Uni<Void> saveSnapshot(Snapshot snapshot) {
      seen.accept(snapshot);
      return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Void> saveReceipt(ExecutionId execution, Receipt receipt) {
      return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Optional<Path>> screenshot(
        ExecutionId execution, Optional<Integer> run, Viewport viewport) {
      return Uni.createFrom().item(Optional.empty());
    }

    @Override
    public Uni<Optional<Path>> picture(ExecutionId execution, String path) {
      return Uni.createFrom().item(Optional.empty());
    }

    @Override
    public Uni<Void> removeUser(UserId user) {
      return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Void> remove(ExecutionId execution) {
      return Uni.createFrom().voidItem();
    }
  }

  /** Makes nothing, and takes its time where it is told to. */
  record NoAgent(Duration takes) implements Agent {
    @Override
    public AgentKind kind() {
      return AgentKind.STARTER;
    }

    @Override
    public Uni<AgentOutcome> work(Instruction instruction, AgentEvents events) {
      Uni<AgentOutcome> done = Uni.createFrom().item(new AgentOutcome.Done("nothing"));
      return takes.isZero() ? done : done.onItem().delayIt().by(takes);
    }
  }

  /** Serves nothing. */
  record NoHost() implements Host {
    @Override
    public HostProvider provider() {
      return HostProvider.LOCAL;
    }

    @Override
    public Uni<Provisioned> provision(Site site, Progress progress) {
      return Uni.createFrom()
          .item(new Provisioned(URI.create("http://" + site.name() + ".localhost/"), List.of()));
    }

    @Override
    public Uni<List<Resource>> tag(Site site, Progress progress) {
      return Uni.createFrom().item(List.of());
    }

    @Override
    public Uni<Void> upload(Site site, Artifact artifact, Progress progress) {
      return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Void> activate(Site site, String artifactSha256, Progress progress) {
      return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Void> destroy(Site site, Progress progress) {
      return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<List<Resource>> inventory(Site site) {
      return Uni.createFrom().item(List.of());
    }

    @Override
    public CostEstimate estimate(SiteType type, long bytes) {
      return new CostEstimate("USD", BigDecimal.ZERO, "nothing is served");
    }
  }

  /** Looks at nothing. */
  record NoVerifier() implements Verifier {
    @Override
    public Uni<List<CheckResult>> health(Target target, Progress progress) {
      return Uni.createFrom().item(List.of());
    }

    @Override
    public Uni<List<Screenshot>> screenshot(Target target, Progress progress) {
      return Uni.createFrom().item(List.of());
    }

    @Override
    public Uni<List<CheckResult>> endToEnd(Target target, Progress progress) {
      return Uni.createFrom().item(List.of());
    }
  }
}
