package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.platform.Processes;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service with a certificate of its own, on all addresses of this machine. */
class TlsTest {
  /** An address of this machine that is not the one that programs on it use. */
  private static final String FROM_OUTSIDE = "127.0.0.2";

  private static final int TLS_1_1 = 0x0302;
  private static final int TLS_1_2 = 0x0303;
  private static final int SERVER_HELLO = 0x16;
  private static final int ALERT = 0x15;
  private static final int PROTOCOL_VERSION = 70;

  private static final int PORT = Ports.free();

  @TempDir static Path folder;

  private static Authority authority;
  private static X509Certificate first;
  private static ServerProcess server;
  private static HttpClient https;

  @BeforeAll
  static void start() {
    authority = new Authority(folder);
    first = authority.issue(certificate(), key());
    server = withCertificate("data").with("QUARKUS_TLS_RELOAD_PERIOD", "200ms").start();
    https = HttpClient.newBuilder().sslContext(authority.trust()).build();
    Awaitility.await("the port for TLS opens a moment after the other")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> ask(path("localhost", "/q/health/live").GET()).statusCode() == 200);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static ServerProcess withCertificate(String data) {
    return new ServerProcess(folder.resolve(data))
        .with("QUARKUS_HTTP_HOST", "0.0.0.0")
        .with("QUARKUS_HTTP_SSL_PORT", Integer.toString(PORT))
        .with("QUARKUS_TLS_KEY_STORE_PEM_0_CERT", certificate().toString())
        .with("QUARKUS_TLS_KEY_STORE_PEM_0_KEY", key().toString());
  }

  private static Path certificate() {
    return folder.resolve("certificate.pem");
  }

  private static Path key() {
    return folder.resolve("key.pem");
  }

  @Test
  void pagesAndApiAnswerByHttp2AndBrowsersAreToldToStayWithTls() {
    for (String path : List.of("/sign-in", "/api/session", "/q/health/live")) {
      HttpResponse<String> answer = ask(path("localhost", path).GET());
      assertThat(answer.version()).as(path).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.headers().firstValue("Strict-Transport-Security"))
          .as(path)
          .hasValue("max-age=31536000");
    }
    assertThat(server.client().get("/sign-in").headers().map())
        .as("the plain port")
        .doesNotContainKey("strict-transport-security");
  }

  @Test
  void aRefusedBodyIsAnAnswerOverHttp2Too() {
    HttpResponse<String> answer =
        ask(
            path("localhost", "/api/create-user")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(new byte[1 << 20])));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(413);
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
  }

  @Test
  void aSessionsCookieIsForTlsAloneAndForOurOwnPages() {
    Client.Created made = server.operator().create("# Signed in");
    HttpResponse<String> signedIn =
        ask(as(made, path("localhost", "/api/session")).POST(BodyPublishers.noBody()));
    String header = signedIn.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(header).contains(";Secure", ";HttpOnly");
    String cookie = header.substring(0, header.indexOf(';'));

    assertThat(signOut(cookie, "https://evil.example").statusCode()).isEqualTo(403);
    assertThat(signOut(cookie, "https://localhost:" + PORT).statusCode()).isEqualTo(204);

    assertThat(
            made.client().post("/api/session", "").headers().firstValue("Set-Cookie").orElseThrow())
        .as("by the plain port")
        .doesNotContain("Secure");
  }

  private static HttpResponse<String> signOut(String cookie, String origin) {
    return ask(
        path("localhost", "/api/session")
            .header("Cookie", cookie)
            .header("Origin", origin)
            .DELETE());
  }

  @Test
  void linksThatItMakesOfItselfAreByTls() {
    Client.Created made = server.operator().create("# Shared");
    HttpResponse<String> answer =
        ask(
            as(made, path("localhost", "/api/executions/" + made.id() + "/share"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}")));
    JsonNode shared = made.client().json(answer, 201);
    String base = "https://localhost:" + PORT + "/share/";
    assertThat(shared.get("share_url").asText()).startsWith(base);
    assertThat(shared.get("badge_url").asText()).startsWith(base);
    assertThat(answer.headers().firstValue("Location").orElseThrow()).startsWith(base);
  }

  @Test
  void aStreamIsReadOverHttp2ToItsEnd() {
    Client.Created made = server.operator().create("# Watched");
    HttpResponse<String> stream =
        ask(as(made, path("localhost", "/api/status/" + made.id() + "/stream")).GET());
    assertThat(stream.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(stream.body()).contains("\nid: 1\n", "create_user");
    assertThat(made.end().get("status").asText()).isIn("completed", "failed");
  }

  @Test
  void thePlainPortIsThisMachinesAlone() throws IOException {
    assertThat(server.client().answers("/q/health/live")).isTrue();
    assertThat(server.operator().get("/api/session").statusCode()).isEqualTo(200);
    assertThat(server.client().post("/gateway/x/v1/messages", "{}").body())
        .as("in the words of the gateway")
        .contains("authentication_error");

    try (Socket tls = new Socket(FROM_OUTSIDE, PORT)) {
      assertThat(tls.isConnected()).isTrue();
    }
    assertThatThrownBy(() -> new Socket(FROM_OUTSIDE, server.port()).close())
        .isInstanceOf(ConnectException.class);
    assertThat(server.log()).doesNotContain("without TLS");
  }

  @Test
  void nothingOlderThanTls12IsSpoken() throws IOException {
    assertThat(answerTo(TLS_1_1)).containsExactly(ALERT, PROTOCOL_VERSION);
    assertThat(answerTo(TLS_1_2)).startsWith(SERVER_HELLO);
    for (String version : List.of("TLSv1.2", "TLSv1.3")) {
      try (SSLSocket socket = socket()) {
        socket.setEnabledProtocols(new String[] {version});
        socket.startHandshake();
        assertThat(socket.getSession().getProtocol()).isEqualTo(version);
      }
    }
  }

  /**
   * The kind of the first record that answers a hello of that version, then an alert's reason. The
   * hello is made by hand, as Java's own TLS would not say it (RFC 4346, 7.4.1.2; RFC 8422, 5.1).
   */
  private static List<Integer> answerTo(int version) throws IOException {
    ByteArrayOutputStream hello = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(hello);
    out.writeShort(version);
    out.write(new byte[32]); // random
    out.writeByte(0); // no session
    HexFormat hex = HexFormat.of();
    out.write(hex.parseHex("0006" + "c009" + "c02b" + "c02c")); // ECDHE-ECDSA, old and new
    out.write(hex.parseHex("0100")); // no compression
    String groups = "000a" + "0004" + "0002" + "0017";
    String points = "000b" + "0002" + "0100";
    String signatures = "000d" + "0006" + "0004" + "0403" + "0503";
    byte[] extensions = hex.parseHex(groups + points + signatures);
    out.writeShort(extensions.length);
    out.write(extensions);
    try (Socket socket = new Socket("127.0.0.1", PORT)) {
      DataOutputStream record = new DataOutputStream(socket.getOutputStream());
      record.writeByte(SERVER_HELLO);
      record.writeShort(0x0301);
      record.writeShort(hello.size() + 4);
      record.writeByte(1); // ClientHello
      record.writeByte(0);
      record.writeShort(hello.size());
      record.write(hello.toByteArray());
      record.flush();
      byte[] answer = socket.getInputStream().readNBytes(7);
      assertThat(answer).hasSize(7);
      return answer[0] == ALERT
          ? List.of((int) answer[0], (int) answer[6])
          : List.of((int) answer[0]);
    }
  }

  @Test
  void aChangedCertificateIsTakenWithoutARestart() throws IOException {
    assertThat(shown()).isEqualTo(first);
    X509Certificate next = authority.issue(certificate(), key());
    assertThat(next).isNotEqualTo(first);
    Awaitility.await("the new certificate")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptionsInstanceOf(
            SSLException.class) // the key may be read before the certificate
        .until(() -> shown().equals(next));
    assertThat(ask(path("localhost", "/q/health/live").GET()).statusCode()).isEqualTo(200);
  }

  @Test
  void theCommandLineTakesAnAuthorityOfOnesOwn() throws Exception {
    Path file = authority.write(folder.resolve("authority.pem"));

    Processes.Result trusting = commandLine(Map.of(), "--ca", file.toString());
    assertThat(trusting.stdout()).as(trusting.stderr()).contains("none changed");
    assertThat(trusting.exitCode()).isZero();
    assertThat(commandLine(Map.of("TMUXBUILDER_CA", file.toString())).exitCode()).isZero();

    Processes.Result wary = commandLine(Map.of());
    assertThat(wary.exitCode()).isEqualTo(1);
    assertThat(wary.stderr()).contains("does not prove that it is the service", "--ca FILE");

    Processes.Result none = commandLine(Map.of(), "--ca", key().toString());
    assertThat(none.exitCode()).as(none.stderr()).isEqualTo(2);
    assertThat(none.stderr()).contains("cannot take certificates from");
  }

  private static Processes.Result commandLine(Map<String, String> more, String... options)
      throws IOException, InterruptedException {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "TMUXBUILDER_TOKEN",
                Files.readString(server.dataDirectory().resolve("operator.token")).strip()));
    environment.putAll(more);
    List<String> arguments =
        new ArrayList<>(
            List.of("audit", "verify", "--operators", "--server", "https://localhost:" + PORT));
    arguments.addAll(List.of(options));
    return CommandLineClient.run(environment, arguments);
  }

  @Test
  void aStartThatCouldNotSpeakTlsIsRefused() {
    assertThat(withCertificate("half").with("QUARKUS_TLS_KEY_STORE_PEM_0_KEY", "").refusal())
        .contains("A certificate needs its key");
    assertThat(
            withCertificate("missing")
                .with("QUARKUS_TLS_KEY_STORE_PEM_0_KEY", folder.resolve("none").toString())
                .refusal())
        .contains("none cannot be read", "QUARKUS_TLS_KEY_STORE_PEM_0_KEY names it");
    assertThat(withCertificate("taken").refusal())
        .contains("Port " + PORT, "QUARKUS_HTTP_SSL_PORT");
    assertThat(
            withCertificate("redirected")
                .with("QUARKUS_HTTP_SSL_PORT", Integer.toString(Ports.free()))
                .with("QUARKUS_HTTP_INSECURE_REQUESTS", "redirect")
                .refusal())
        .contains("QUARKUS_HTTP_INSECURE_REQUESTS is redirect");
  }

  private static X509Certificate shown() throws IOException {
    try (SSLSocket socket = socket()) {
      socket.startHandshake();
      Certificate[] chain = socket.getSession().getPeerCertificates();
      return (X509Certificate) chain[0];
    }
  }

  private static SSLSocket socket() throws IOException {
    return (SSLSocket) authority.trust().getSocketFactory().createSocket("localhost", PORT);
  }

  private static HttpRequest.Builder path(String host, String path) {
    return HttpRequest.newBuilder(URI.create("https://" + host + ":" + PORT + path))
        .timeout(Duration.ofSeconds(60));
  }

  private static HttpRequest.Builder as(Client.Created made, HttpRequest.Builder request) {
    return request.header("Authorization", "Bearer " + made.client().token().orElseThrow());
  }

  private static HttpResponse<String> ask(HttpRequest.Builder request) {
    try {
      return https.send(request.build(), BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }
}
