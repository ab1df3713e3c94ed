package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may create a user where more than this machine can reach the service. */
class SignUpTest {
  @Test
  void signUpIsClosedOnAPublicAddressUntilItIsOpenedOnPurpose(@TempDir Path folder) {
    Map<String, Object> wish = Client.wish("# Hello");
    try (ServerProcess server =
        new ServerProcess(folder.resolve("data")).with("QUARKUS_HTTP_HOST", "0.0.0.0").start()) {
      assertThat(ask(server.client(), wish)).isEqualTo(401);
      Client.Created made = server.operator().create(wish);
      assertThat(ask(made.client(), wish)).as("a known user").isEqualTo(202);
      assertThat(server.log()).doesNotContain("anybody");
      assertThat(server.log()).contains("listens on 0.0.0.0 without TLS");

      server.stop();
      server.with("TMUXBUILDER_SIGNUP", "open").start();

      assertThat(ask(server.client(), Client.wish("# Hello"))).isEqualTo(202);
      assertThat(server.log()).contains("anybody who reaches 0.0.0.0 may create users");
    }
  }

  @Test
  void behindAProxyLoopbackIsNobodysWord(@TempDir Path folder) {
    assertThat(
            new ServerProcess(folder.resolve("data"))
                .with("QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING", "true")
                .refusal())
        .contains("TMUXBUILDER_SIGNUP");
  }

  private static int ask(Client client, Map<String, Object> wish) {
    return client.post("/api/create-user", Client.text(wish)).statusCode();
  }
}
