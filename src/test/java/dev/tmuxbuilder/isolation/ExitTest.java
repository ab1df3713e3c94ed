package dev.tmuxbuilder.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.platform.Programs;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From within real walls: where the way out leads, and where it does not. */
class ExitTest {
  private static final Sandbox SANDBOX = new Sandbox("node", true);

  @TempDir static Path temp;
  static ServerSocket echo;
  static JsonObject heard;

  @BeforeAll
  static void tryIt() throws Exception {
    echo = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(ExitTest::answer);
    Path program = Files.createDirectories(temp.resolve("program"));
    try (InputStream source =
        Objects.requireNonNull(ExitTest.class.getResourceAsStream("/isolation/exit.mjs"))) {
      Files.copy(source, program.resolve("exit.mjs"));
    }
    String port = Integer.toString(echo.getLocalPort());
    Confined confined =
        new Confined(
            "leaver",
            List.of(Programs.find("node").orElseThrow().toRealPath().toString(), "exit.mjs"),
            program,
            List.of(program),
            List.of(Files.createDirectories(temp.resolve("data"))),
            Map.of("PROXY", Integer.toString(Exit.PORT), "ECHO", port),
            Limits.ofMemory(400L << 20),
            new Network.Closed(Set.of(), Set.of(), Optional.of(new Exit(ExitTest::address))));
    try (Prepared prepared = SANDBOX.prepare(confined)) {
      Process process = prepared.start(false);
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(errors).isZero();
      heard = new JsonObject(text);
    }
  }

  @AfterAll
  static void stop() throws IOException {
    echo.close();
  }

  private static void answer() {
    while (!echo.isClosed()) {
      try (Socket visitor = echo.accept()) {
        visitor.getInputStream().transferTo(visitor.getOutputStream());
      } catch (IOException gone) {
        Thread.yield();
      }
    }
  }

  private static InetSocketAddress address(String host, int port)
      throws Exit.Refused, UnknownHostException {
    if (host.equals("lost.example")) {
      throw new UnknownHostException(host);
    }
    if (host.equals("down.example")) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }
    if (!host.equals("echo.example") || port != echo.getLocalPort()) {
      throw new Exit.Refused(host + ":" + port + " is not for you");
    }
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  @Test
  void aTunnelLeadsWhereTheRuleSays() {
    assertThat(heard.getString("allowed"))
        .isEqualTo("HTTP/1.1 200 Connection established\r\n\r\nping");
  }

  @Test
  void whatTheRuleRefusesIsToldAndNotReached() {
    assertThat(heard.getString("otherHost"))
        .startsWith("HTTP/1.1 403 ")
        .endsWith("evil.example:443 is not for you\n");
    assertThat(heard.getString("otherPort")).startsWith("HTTP/1.1 403 ");
    assertThat(heard.getString("lost"))
        .startsWith("HTTP/1.1 502 ")
        .endsWith("lost.example cannot be found.\n");
    assertThat(heard.getString("down"))
        .startsWith("HTTP/1.1 502 ")
        .endsWith("It does not answer on port 1.\n");
  }

  @Test
  void thereIsNothingButTunnels() {
    assertThat(heard.getString("notATunnel")).startsWith("HTTP/1.1 405 ");
    assertThat(heard.getString("literal")).startsWith("HTTP/1.1 405 ");
    assertThat(heard.getString("endless")).doesNotContain("200");
    assertThat(heard.getString("past")).as("past the way out").isEqualTo("ECONNREFUSED");
  }
}
