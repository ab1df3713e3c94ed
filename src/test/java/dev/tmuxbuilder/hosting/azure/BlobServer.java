package dev.tmuxbuilder.hosting.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.common.StorageSharedKeyCredential;
import dev.tmuxbuilder.service.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** Azurite on loopback: the blobs of many accounts, with keys that are made for one test. */
public final class BlobServer implements AutoCloseable {
  /** Azurite learns of its accounts when it starts. */
  private static final int ACCOUNTS = 900;

  private static final Path PROGRAM =
      Path.of("src/test/node/node_modules/azurite/dist/src/blob/main.js");

  private final Process process;
  private final int port;
  private final Map<String, String> keys;
  private final HttpClient http = new JdkHttpClientBuilder().build();
  private final Map<String, BlobServiceClient> clients = new ConcurrentHashMap<>();

  private BlobServer(Process process, int port, Map<String, String> keys) {
    this.process = process;
    this.port = port;
    this.keys = keys;
  }

  public static BlobServer start() {
    if (!Files.exists(PROGRAM)) {
      throw new IllegalStateException("Azurite is missing: npm ci --prefix src/test/node");
    }
    Map<String, String> keys = keys();
    int port = Ports.free();
    try {
      Path log = Files.createTempFile("azurite", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(
                  "node",
                  PROGRAM.toString(),
                  "--blobHost",
                  "127.0.0.1",
                  "--blobPort",
                  Integer.toString(port),
                  "--inMemoryPersistence",
                  "--silent",
                  "--disableTelemetry",
                  "--skipApiVersionCheck")
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder
          .environment()
          .put(
              "AZURITE_ACCOUNTS",
              keys.entrySet().stream()
                  .map(account -> account.getKey() + ":" + account.getValue())
                  .collect(Collectors.joining(";")));
      BlobServer server = new BlobServer(builder.start(), port, keys);
      Awaitility.await("Azurite answers; its log is " + log)
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(100))
          .until(() -> !server.process.isAlive() || server.answers());
      if (!server.process.isAlive()) {
        throw new IllegalStateException("Azurite ended: " + Files.readString(log));
      }
      return server;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Map<String, String> keys() {
    SecureRandom random = new SecureRandom();
    Map<String, String> keys = new LinkedHashMap<>();
    for (int i = 0; i < ACCOUNTS; i++) {
      byte[] key = new byte[64];
      random.nextBytes(key);
      keys.put("a" + i, Base64.getEncoder().encodeToString(key));
    }
    return keys;
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Names and keys. */
  Map<String, String> accounts() {
    return keys;
  }

  /** What somebody with the account's key sees. */
  BlobServiceClient client(String account) {
    return clients.computeIfAbsent(account, this::made);
  }

  private BlobServiceClient made(String account) {
    return new BlobServiceClientBuilder()
        .endpoint(endpoint() + "/" + account)
        .credential(new StorageSharedKeyCredential(account, keys.get(account)))
        .httpClient(http)
        .buildClient();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
