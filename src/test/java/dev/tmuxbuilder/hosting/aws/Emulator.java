package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.service.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A moto server of its own on loopback: the AWS account of a test. */
public final class Emulator implements AutoCloseable {
  private static final String PROGRAM = "moto_server";
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Process process;
  private final int port;

  private Emulator(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  public static Emulator start(Map<String, String> environment) {
    int port = Ports.free();
    try {
      Path log = Files.createTempFile("moto", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(program(), "-H", "127.0.0.1", "-p", Integer.toString(port))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder.environment().put("MOTO_EC2_LOAD_DEFAULT_AMIS", "false"); // thousands, at each reset
      builder.environment().putAll(environment);
      Emulator emulator = new Emulator(builder.start(), port);
      Awaitility.await("moto_server answers; its log is " + log)
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(200))
          .until(() -> !emulator.process.isAlive() || emulator.answers());
      if (!emulator.process.isAlive()) {
        throw new IllegalStateException("moto_server ended: " + Files.readString(log));
      }
      return emulator;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static String program() {
    return Arrays.stream(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":"))
        .map(directory -> Path.of(directory, PROGRAM))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toString)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    PROGRAM + " is not in PATH; get it with: pipx install 'moto[server]'"));
  }

  private boolean answers() {
    try {
      return send("GET", "/moto-api/data.json", "") == 200;
    } catch (UncheckedIOException notYet) {
      return false;
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** An account in which nothing was ever done. */
  public void reset() {
    send("POST", "/moto-api/reset", "");
  }

  /** How many looks it takes until CloudFront says that a change is everywhere. */
  void cloudFrontTakes(int looks) {
    send(
        "POST",
        "/moto-api/state-manager/set-transition",
        looks == 0
            ? """
              {"model_name": "cloudfront::distribution", "transition": {"progression": "immediate"}}"""
            : """
              {"model_name": "cloudfront::distribution",
               "transition": {"progression": "manual", "times": %d}}"""
                .formatted(looks));
  }

  /**
   * What Cost Explorer answers from now on, to so many questions: by the tag that names an
   * execution, or by none where it is empty.
   */
  public void charges(String month, Map<String, String> amounts) {
    String groups =
        amounts.entrySet().stream()
            .map(
                one ->
                    """
                    {"Keys": ["ExecutionID$%s"],
                     "Metrics": {"UnblendedCost": {"Amount": "%s", "Unit": "USD"}}}"""
                        .formatted(one.getKey(), one.getValue()))
            .collect(Collectors.joining(","));
    String answer =
        """
        {"ResultsByTime": [{"TimePeriod": {"Start": "%s", "End": "%s"}, "Estimated": true,
                            "Total": {}, "Groups": [%s]}]}"""
            .formatted(month, month, groups);
    send(
        "POST",
        "/moto-api/static/ce/cost-and-usage-results",
        "{\"results\": [%s]}".formatted(String.join(",", Collections.nCopies(200, answer))));
  }

  private int send(String method, String path, String body) {
    try {
      return HTTP.send(
              HttpRequest.newBuilder(endpoint().resolve(path))
                  .timeout(Duration.ofSeconds(10))
                  .method(method, HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              BodyHandlers.discarding())
          .statusCode();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
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
