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

  private static final int AWAY = 0;

  private final String name;
  private final ServerProcess process;
  private volatile boolean ready;
  private volatile boolean answering;
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

  /** Its sites are there without a database, ready or not. */
  boolean answering() {
    return answering;
  }

  Client client() {
    return process.client();
  }

  boolean ready() {
    return ready;
  }

  /** Asks as a balancer does: within a second, or it counts as away. */
  boolean look() {
    boolean wasReady = ready;
    boolean wasAnswering = answering;
    boolean there = !retired && process.alive();
    ready = there && answers();
    answering = there && sitesStatus() != AWAY;
    return wasReady != ready || wasAnswering != answering;
  }

  /** Whether it says now that it is ready; {@link #ready} is what was last seen. */
  boolean answers() {
    return status() == 200;
  }

  private int status() {
    return status(process.port(), "/q/health/ready");
  }

  /** What the listener for sites says to whom it does not know. */
  private int sitesStatus() {
    return status(process.sitesPort(), "/");
  }

  private static int status(int port, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(1))
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException away) {
      return AWAY;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return AWAY;
    }
  }

  void kill() {
    retired = true;
    ready = false;
    answering = false;
    process.kill();
  }

  Duration stop() {
    Duration took = process.stop();
    retired = true;
    ready = false;
    answering = false;
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
