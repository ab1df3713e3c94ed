package dev.tmuxbuilder.verification.browser;

import dev.tmuxbuilder.execution.Screenshot;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.execution.Viewport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;

/** Pictures and reports in a session's {@code deployment/} directory; each appears whole or not. */
final class Evidence {
  private final Path deployment;

  Evidence(Path deployment) {
    this.deployment = deployment;
  }

  Screenshot screenshot(Viewport viewport, String directory, byte[] png) {
    String path = directory + "/" + viewport.wire() + ".png";
    write(path, png);
    return new Screenshot(viewport, HexFormat.of().formatHex(Intake.sha256().digest(png)), path);
  }

  /**
   * @param path relative to {@code deployment/}
   * @throws StepFailure {@code evidence_not_written}, retryable
   */
  void write(String path, byte[] content) {
    Path file = deployment.resolve(path);
    try {
      Files.createDirectories(file.getParent());
      Path fresh = Files.createTempFile(file.getParent(), ".", ".new");
      try {
        Files.write(fresh, content);
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException unwritable) {
      throw StepFailure.retryable(
              "evidence",
              "evidence_not_written",
              path + " could not be written: " + unwritable.getMessage(),
              "See that the data directory has room and can be written to.")
          .causedBy(unwritable);
    }
  }
}
