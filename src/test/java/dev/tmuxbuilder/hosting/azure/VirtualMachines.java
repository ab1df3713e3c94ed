package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.hosting.Machine;
import dev.tmuxbuilder.hosting.Visitor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands behind the double's machines, and answers visitors who come by their addresses. */
public final class VirtualMachines implements Compute.Machines, AutoCloseable {
  private static final Pattern HOST =
      Pattern.compile("(?im)^host:\\s*([a-z0-9-]+)\\.[a-z0-9]+\\.cloudapp\\.azure\\.com");
  private static final Pattern RELEASE = Pattern.compile("(?m)^RELEASE='([0-9a-f]+)'$");

  private final Cloud cloud;
  private final boolean real;
  private final ServerSocketChannel front;
  private final Map<String, Machine> machines = new ConcurrentHashMap<>();
  private final Map<String, String> live = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Machine.Result>> commands = new ConcurrentHashMap<>();
  private volatile boolean slow;

  /**
   * @param real whether scripts run; else a machine just remembers what it was told
   */
  public VirtualMachines(Cloud cloud, boolean real) {
    this.cloud = cloud;
    this.real = real;
    try {
      front = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    cloud.manager().compute().standsOn(this);
    Thread.ofVirtual().start(this::serve);
  }

  public int port() {
    return front.socket().getLocalPort();
  }

  /** What a visitor of the site gets. */
  public String ask(URI url, String method, String path) {
    try {
      return Visitor.ask(port(), url.getHost(), method, path);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Commands stay under way until they are stopped. */
  void neverDone(boolean never) {
    slow = never;
  }

  int commandsUnderWay() {
    return (int) commands.values().stream().filter(command -> !command.isDone()).count();
  }

  /** The release that a machine was told last, where scripts do not run. */
  Optional<String> live(String machine) {
    return Optional.ofNullable(live.get(key(machine)));
  }

  private static String key(String id) {
    return id.toLowerCase(Locale.ROOT);
  }

  @Override
  public void made(String id, String customData) {
    if (!real || machines.containsKey(key(id))) {
      return;
    }
    Machine machine = new Machine(cloud.endpoint());
    machines.put(key(id), machine);
    machine
        .run(
            "user-data", new String(Base64.getDecoder().decode(customData), StandardCharsets.UTF_8))
        .thenAccept(
            result -> {
              if (result.code() > 0) {
                System.err.println("user data: " + result);
              }
            });
  }

  @Override
  public CompletableFuture<Machine.Result> run(
      String machine, String command, String script, Map<String, String> secrets) {
    CompletableFuture<Machine.Result> result = begun(machine, script, secrets);
    commands.put(key(command), result);
    return result;
  }

  private CompletableFuture<Machine.Result> begun(
      String machine, String script, Map<String, String> secrets) {
    if (slow) {
      return new CompletableFuture<>();
    }
    if (!real) {
      Matcher release = RELEASE.matcher(script);
      if (!release.find()) {
        throw new IllegalStateException("no release in " + script);
      }
      live.put(key(machine), release.group(1));
      return CompletableFuture.completedFuture(new Machine.Result(0, "site: switched\n", ""));
    }
    StringBuilder whole = new StringBuilder("#!/bin/sh\n");
    secrets.forEach(
        (name, value) ->
            whole.append("export ").append(name).append("='").append(value).append("'\n"));
    return Objects.requireNonNull(machines.get(key(machine)), machine)
        .run("command", whole.append(script).toString());
  }

  @Override
  public void stop(String machine, String command) {
    CompletableFuture<Machine.Result> running = commands.remove(key(command));
    if (running != null && !running.isDone()) {
      Optional.ofNullable(machines.get(key(machine))).ifPresent(one -> one.kill("command"));
      running.complete(new Machine.Result(-1, "", ""));
    }
  }

  @Override
  public void gone(String machine) {
    live.remove(key(machine));
    Optional.ofNullable(machines.remove(key(machine))).ifPresent(Machine::close);
  }

  private void serve() {
    while (front.isOpen()) {
      try {
        SocketChannel visitor = front.accept();
        Thread.ofVirtual().start(() -> lead(visitor));
      } catch (IOException closed) {
        return;
      }
    }
  }

  /** By the name in the Host header to the address, and from there to its machine. */
  private void lead(SocketChannel visitor) {
    try {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      ByteBuffer buffer = ByteBuffer.allocate(16 << 10);
      Matcher host = HOST.matcher("");
      while (!host.find()) {
        if (visitor.read(buffer) < 0 || head.size() > (64 << 10)) {
          visitor.close();
          return;
        }
        head.write(buffer.array(), 0, buffer.position());
        buffer.clear();
        host = HOST.matcher(head.toString(StandardCharsets.ISO_8859_1));
      }
      Optional<Machine> machine =
          cloud
              .manager()
              .machineBehind(host.group(1))
              .flatMap(id -> Optional.ofNullable(machines.get(key(id))));
      if (machine.isEmpty()) {
        visitor.close();
        return;
      }
      SocketChannel inside = machine.get().connect();
      inside.write(ByteBuffer.wrap(head.toByteArray()));
      Machine.splice(visitor, inside);
    } catch (IOException cut) {
      try {
        visitor.close();
      } catch (IOException already) {
        // it is closed
      }
    }
  }

  @Override
  public void close() {
    try {
      front.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    machines.values().forEach(Machine::close);
  }
}
