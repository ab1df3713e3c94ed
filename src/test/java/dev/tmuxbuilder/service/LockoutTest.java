package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who guesses tokens is not listened to for a while. */
class LockoutTest {
  @Test
  void wrongTokensLockTheirAddressOutOfSigningIn(@TempDir Path folder) {
    try (ServerProcess server =
        new ServerProcess(folder.resolve("data"))
            .with("TMUXBUILDER_API_FAILED_SIGN_INS", "5")
            .start()) {
      for (int i = 0; i < 5; i++) {
        assertThat(server.client().as("guess" + i).get("/api/session").statusCode()).isEqualTo(401);
      }
      HttpResponse<String> refused = server.client().as("guess").get("/api/session");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
          .isBetween(1, 60);
      assertThat(server.operator().get("/api/nodes").statusCode())
          .as("a right guess is not told from a wrong one")
          .isEqualTo(429);
      assertThat(server.client().get("/q/health/live").statusCode()).isEqualTo(200);
    }
  }
}
