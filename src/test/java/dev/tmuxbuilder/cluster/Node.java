package dev.tmuxbuilder.cluster;

import dev.tmuxbuilder.service.Client;
import dev.tmuxbuilder.service.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** One server of a cluster, and what the balancer knows of it. */
final class Node {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String name;
  private final ServerProcess process;
  private volatile boolean ready;
  private volatile boolean retired;

  Node(String name, ServerProcess process) {
    this.name = name;
    this.process = process;
  }

  String name() {
    return name;
  }

  ServerProcess process() {
    return process;
  }

  Client client() {
    return process.client();
  }

  boolean ready() {
    return ready;
  }

  /** Asks as a balancer does: within a second, or it counts as away. */
  boolean look() {
    boolean was = ready;
    ready = !retired && process.alive() && answers();
    return was != ready;
  }

  /** Whether it says now that it is ready; {@link #ready} is what was last seen. */
  boolean answers() {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + process.port() + "/q/health/ready"))
            .timeout(Duration.ofSeconds(1))
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException away) {
      return false;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  void kill() {
    retired = true;
    ready = false;
    process.kill();
  }

  Duration stop() {
    Duration took = process.stop();
    retired = true;
    ready = false;
    return took;
  }

  /** SIGSTOP: nothing of it moves, and its connections stay. */
  void pause() {
    signal("STOP");
  }

  /** SIGCONT: it knows nothing of the time that has passed. */
  void goOn() {
    signal("CONT");
  }

  private void signal(String signal) {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
