package dev.tmuxbuilder.hosting.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.hosting.Site;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the program of a dynamic site reaches, where its tenant is allowed hosts. */
class SiteExitTest {
  @TempDir Path temp;
  private ServerSocket elsewhere;
  private LocalSites sites;
  private Artifact program;

  @BeforeEach
  void serve() throws IOException {
    elsewhere = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::greet);
    sites =
        new LocalSites(
            temp.resolve("data"),
            Map.of("tmuxbuilder.sites.internal-hosts", "api.inside.example=127.0.0.1"));
    try (InputStream source =
        Objects.requireNonNull(SiteExitTest.class.getResourceAsStream("/hosting/tunnel.mjs"))) {
      String text = new String(source.readAllBytes(), StandardCharsets.UTF_8);
      program = Artifacts.of(temp.resolve("program"), Map.of("server.mjs", text));
    }
  }

  @AfterEach
  void stop() throws Exception {
    sites.close();
    elsewhere.close();
  }

  private void greet() {
    while (!elsewhere.isClosed()) {
      try (Socket visitor = elsewhere.accept()) {
        visitor.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
      } catch (IOException closed) {
        Thread.yield();
      }
    }
  }

  private String inside() {
    return "api.inside.example:" + elsewhere.getLocalPort();
  }

  private String tunnel(String to) throws IOException {
    return sites.get("shop", "/tunnel?to=" + to).text();
  }

  @Test
  void itReachesWhatIsAllowedAndNothingElse() throws IOException {
    sites.allowed.only(inside(), "*.localhost.example");
    sites.deploy("shop", SiteType.DYNAMIC, program);

    assertThat(tunnel(inside())).startsWith("HTTP/1.1 200 ").endsWith("hello");
    assertThat(tunnel("api.other.example:443"))
        .startsWith("HTTP/1.1 403 ")
        .contains("not among the hosts that this site may reach");
    assertThat(tunnel("api.inside.example:443")).startsWith("HTTP/1.1 403 ");
    assertThat(tunnel("127.0.0.1:" + elsewhere.getLocalPort())).startsWith("HTTP/1.1 403 ");
  }

  @Test
  void withoutAnyThereIsNoWayOut() throws IOException {
    sites.deploy("shop", SiteType.DYNAMIC, program);

    assertThat(new JsonObject(sites.get("shop", "/environment").text()).fieldNames())
        .doesNotContain("HTTPS_PROXY");
    assertThat(tunnel(inside())).isEqualTo("ECONNREFUSED");
  }

  @Test
  void aRedeployOpensTheWayAndClosesIt() throws IOException {
    Site shop = sites.deploy("shop", SiteType.DYNAMIC, program);
    sites.allowed.only(inside());
    sites.activate(shop, program);
    assertThat(tunnel(inside())).endsWith("hello");

    sites.allowed.only();
    sites.activate(shop, program);
    assertThat(tunnel(inside())).isEqualTo("ECONNREFUSED");
  }
}
