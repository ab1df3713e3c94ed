package dev.tmuxbuilder.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Groups in the kernel's own tree, where this machine lets the tests write to it; what is written
 * to the files of the controllers, which another version of the tree may hold here, to files like
 * them.
 */
class ControlGroupsTest {
  @Test
  void whatIsStartedInAGroupStaysInItAndEndsWithIt() throws Exception {
    Optional<Path> branch = branch();
    if (branch.isEmpty()) {
      assertThat(ControlGroups.delegated()).as("nothing is delegated here").isEmpty();
      return;
    }
    try {
      ControlGroups.Group group = ControlGroups.group(branch.get(), "tests");
      Process away =
          start(group, "setsid sleep 600 >&- 2>&- & cat /proc/self/cgroup; exec sleep 600");
      String told = away.inputReader().readLine();
      while (!told.startsWith("0::")) {
        told = away.inputReader().readLine();
      }
      assertThat(told).endsWith("/" + group.folder().getFileName());
      List<String> there = Files.readAllLines(group.folder().resolve("cgroup.procs"));
      assertThat(there).contains(Long.toString(away.pid())).hasSizeGreaterThanOrEqualTo(2);

      group.close();

      assertThat(away.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(there).noneMatch(process -> Files.exists(Path.of("/proc", process, "exe")));
      assertThat(group.folder()).doesNotExist();
    } finally {
      Files.deleteIfExists(branch.get());
    }
  }

  private static Process start(ControlGroups.Group group, String script) throws IOException {
    List<String> command = new ArrayList<>(group.entering());
    command.addAll(List.of("/bin/sh", "-c", script));
    return new ProcessBuilder(command).start();
  }

  /** A branch of the tests' own. */
  private static Optional<Path> branch() throws IOException {
    Optional<Path> own = ControlGroups.own();
    return own.isPresent() && Files.isWritable(own.get())
        ? Optional.of(Files.createDirectory(own.get().resolve("tests-" + UUID.randomUUID())))
        : Optional.empty();
  }

  @Test
  void aBranchIsTakenOverWithoutWhatIsLeftOfAnEarlierStart(@TempDir Path branch) throws Exception {
    Files.createFile(branch.resolve("cgroup.procs"));
    Files.createFile(branch.resolve("cgroup.subtree_control"));
    Path empty = Files.createDirectory(branch.resolve("sandbox-of-yesterday"));
    Path busy = Files.createDirectory(branch.resolve("sandbox-that-works"));
    Files.createFile(busy.resolve("held"));

    ControlGroups.takeOver(branch);

    assertThat(empty).doesNotExist();
    assertThat(busy).exists();
    assertThat(branch.resolve("service")).isDirectory();
    assertThat(branch.resolve("cgroup.subtree_control")).content().matches("\\+(cpu|memory|pids)");
  }

  @Test
  void theKernelIsToldTheLimits(@TempDir Path group) throws Exception {
    for (String file :
        List.of("memory.max", "memory.oom.group", "memory.swap.max", "pids.max", "cpu.weight")) {
      Files.writeString(group.resolve(file), "max");
    }

    ControlGroups.limit(group, Limits.ofMemory(64L << 20).withProcesses(12));

    assertThat(group.resolve("memory.max")).hasContent("67108864");
    assertThat(group.resolve("memory.swap.max")).hasContent("0");
    assertThat(group.resolve("memory.oom.group")).hasContent("1");
    assertThat(group.resolve("pids.max")).hasContent("12");
    assertThat(group.resolve("cpu.weight")).hasContent("50");
  }
}
