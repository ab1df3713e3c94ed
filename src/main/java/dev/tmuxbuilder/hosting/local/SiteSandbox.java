package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.isolation.Confined;
import dev.tmuxbuilder.isolation.Limits;
import dev.tmuxbuilder.isolation.Network;
import dev.tmuxbuilder.isolation.Prepared;
import dev.tmuxbuilder.isolation.Sandbox;
import dev.tmuxbuilder.platform.Programs;
import dev.tmuxbuilder.platform.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Node.js with a dynamic site's program, shut in: it sees its release and its data, and the network
 * holds nothing but its own port and the way to the hosts that it may reach. Methods block.
 */
final class SiteSandbox {
  /** V8's heap is the larger part of a site's memory; buffers and code have the rest. */
  private static final double HEAP_SHARE = 0.65;

  private final Settings.Sites settings;
  private final Sandbox sandbox;

  SiteSandbox(Settings.Sites settings, Sandbox sandbox) {
    this.settings = settings;
    this.sandbox = sandbox;
  }

  /**
   * @throws StepFailure where Node.js is missing, or bubblewrap is and the settings require it
   */
  Prepared prepare(Launch wanted) throws IOException {
    Launch launch = sandbox.layers().walled() ? wanted : wanted.withoutExit();
    Path node =
        Programs.find(settings.node()).orElseThrow(this::nodeMissing).toAbsolutePath().toRealPath();
    if (settings.sandbox() == Settings.Sandbox.REQUIRED && !sandbox.layers().walled()) {
      throw bubblewrapMissing();
    }
    return sandbox.prepare(
        new Confined(
            launch.owner(),
            List.of(
                node.toString(),
                "--max-old-space-size="
                    + (long) (settings.processMemory() * HEAP_SHARE) / (1 << 20),
                "server.mjs"),
            launch.release(),
            List.of(launch.release()),
            List.of(launch.state()),
            launch.environment(),
            Limits.ofMemory(settings.processMemory()).withDisk(settings.processDisk()),
            Network.serving(launch.port(), launch.exit())));
  }

  private StepFailure nodeMissing() {
    return StepFailure.permanent(
        "activate",
        "node_missing",
        "Node.js, which runs dynamic sites, was not found as “" + settings.node() + "”.",
        "Install Node.js 20 or newer, or set TMUXBUILDER_SITES_NODE to its path.");
  }

  private static StepFailure bubblewrapMissing() {
    return StepFailure.permanent(
        "activate",
        "sandbox_missing",
        "Dynamic sites must be shut in here, and bubblewrap does not work on this machine.",
        "Install bubblewrap and allow user namespaces, or set TMUXBUILDER_SITES_SANDBOX=auto.");
  }
}
