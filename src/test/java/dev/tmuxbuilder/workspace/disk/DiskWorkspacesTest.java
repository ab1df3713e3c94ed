package dev.tmuxbuilder.workspace.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.agent.Workshop;
import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.execution.TenantId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskWorkspacesTest {
  @Test
  void whoIsCancelledWhileItsFoldersAreMadeHasACopyOfItsEnd(@TempDir Path folder) {
    try (Workshop shop = new Workshop(folder.resolve("data"))) {
      DiskWorkspaces workspaces =
          new DiskWorkspaces(shop.data(), new DiskSharedRepos(shop.settings(), shop.data()));
      List<ExecutionId> all = Stream.generate(shop::session).limit(20).toList();

      for (ExecutionId id : all) {
        workspaces
            .prepare(execution(id))
            .subscribe()
            .with(prepared -> {}, interrupted -> {})
            .cancel();
        workspaces.saveSnapshot(cancelled(id)).await().atMost(Duration.ofSeconds(30));
      }

      assertThat(all)
          .allSatisfy(
              id ->
                  assertThat(
                          Files.readString(
                              workspaces.of(id).deployment().resolve("execution.json")))
                      .contains("\"cancelled\""));
    }
  }

  private static Execution execution(ExecutionId id) {
    return new Execution(
        id,
        new TenantId(UUID.randomUUID()),
        "somebody@example.org",
        "+491701234567",
        HostProvider.LOCAL,
        SiteType.STATIC,
        AgentKind.STARTER,
        "somebody",
        "# Words",
        Optional.empty(),
        Instant.now());
  }

  private static Snapshot cancelled(ExecutionId id) {
    Instant now = Instant.now();
    return new Snapshot(
        id,
        HostProvider.LOCAL,
        SiteType.STATIC,
        AgentKind.STARTER,
        ExecutionStatus.CANCELLED,
        1,
        2,
        null,
        null,
        List.of(),
        null,
        null,
        true,
        false,
        null,
        null,
        now,
        now,
        1,
        3,
        List.of());
  }
}
