package dev.tmuxbuilder.hosting;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A cloud's machine, its double: a corner of this machine, shut in by bubblewrap with a network of
 * its own, in which the service's scripts run at the paths they speak of. Node.js, nginx, tar, curl
 * and the shell are real; systemctl, journalctl, dnf, apt-get, useradd, chown and aws are small
 * stand-ins, and curl takes signed addresses to the cloud's store.
 */
public final class Machine implements AutoCloseable {
  /**
   * Machines are started from a thread that stays: bubblewrap's --die-with-parent means the thread,
   * and one that carries virtual threads goes after half a minute without work.
   */
  private static final ExecutorService SPAWNER =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

  private static final Map<String, String> STAND_INS =
      Map.of(
          "systemctl",
          """
          #!/bin/sh
          out=$(curl -s -w '\\n%{http_code}' --unix-socket /double/control.sock --data-raw "$*" http://m/systemctl)
          printf '%s\\n' "$out" | sed '$d'
          [ "${out##*
          }" = 200 ]
          """,
          "journalctl",
          """
          #!/bin/sh
          exec curl -s --unix-socket /double/control.sock --data-raw "$2" http://m/journal
          """,
          "aws",
          """
          #!/bin/sh
          for word; do
            case $word in s3://*) from=${word#s3://} ;; /*) to=$word ;; esac
          done
          exec curl -fsS --unix-socket /double/s3.sock -o "$to" \\
            -H 'Authorization: AWS4-HMAC-SHA256 Credential=machine/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0' \\
            "http://s3.amazonaws.com/$from"
          """,
          "curl",
          """
          #!/bin/sh
          for word; do
            case $word in
            http*[?\\&]sig=*) exec /usr/bin/curl --unix-socket /double/s3.sock "$@" ;;
            esac
          done
          exec /usr/bin/curl "$@"
          """,
          "apt-get",
          "#!/bin/sh\nexit 0\n",
          "dnf",
          "#!/bin/sh\nexit 0\n",
          "useradd",
          "#!/bin/sh\necho site:x:0:0::/var/lib/site:/bin/false >>/etc/passwd\n",
          "chown",
          "#!/bin/sh\nexit 0\n");

  private final Path root;
  private final Process process;
  private final Writer orders;
  private final ServerSocketChannel s3;
  private final URI emulator;
  private final Map<String, CompletableFuture<Result>> running = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> up = new CompletableFuture<>();

  /** How a script ended. */
  public record Result(int code, String out, String err) {}

  /**
   * @param emulator where the cloud's store is
   */
  public Machine(URI emulator) {
    this.emulator = emulator;
    try {
      root = Files.createTempDirectory("machine");
      for (String directory :
          List.of(
              "opt",
              "lib/site",
              "lib/nginx",
              "log/nginx",
              "etc/nginx",
              "etc/systemd/system",
              "double",
              "bin")) {
        Files.createDirectories(root.resolve(directory));
      }
      Files.writeString(
          root.resolve("etc/passwd"), "me:x:0:0::/:/bin/sh\nnginx:x:0:0::/:/bin/false\n");
      Files.writeString(root.resolve("etc/group"), "me:x:0:\nnginx:x:0:\n");
      Files.copy(Path.of("/etc/ld.so.cache"), root.resolve("etc/ld.so.cache"));
      for (Map.Entry<String, String> program : STAND_INS.entrySet()) {
        Path file = root.resolve("bin").resolve(program.getKey());
        Files.writeString(file, program.getValue());
        if (!file.toFile().setExecutable(true)) {
          throw new IOException("not executable: " + file);
        }
      }
      Files.copy(
          Objects.requireNonNull(Machine.class.getResourceAsStream("/hosting/machine.mjs")),
          root.resolve("double/machine.mjs"));
      s3 = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      s3.bind(UnixDomainSocketAddress.of(root.resolve("double/s3.sock")));
      Thread.ofVirtual().start(this::serveS3);
      ProcessBuilder machine =
          new ProcessBuilder(command()).redirectError(root.resolve("double.log").toFile());
      process = started(machine);
      orders = process.outputWriter(StandardCharsets.UTF_8);
      // Reading from a program holds a carrier of virtual threads, of which there may be two.
      Thread.ofPlatform().daemon().start(this::listen);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Process started(ProcessBuilder machine) throws IOException {
    try {
      return SPAWNER.submit(machine::start).get();
    } catch (ExecutionException failed) {
      throw new IOException(failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException(stopped);
    }
  }

  private List<String> command() throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "bwrap",
                "--unshare-all",
                "--die-with-parent",
                "--uid",
                "0",
                "--gid",
                "0",
                "--cap-add",
                "CAP_NET_BIND_SERVICE",
                "--ro-bind",
                "/usr",
                "/usr"));
    for (String directory : List.of("/bin", "/sbin", "/lib", "/lib64")) {
      Path path = Path.of(directory);
      if (Files.isSymbolicLink(path)) {
        command.addAll(List.of("--symlink", Files.readSymbolicLink(path).toString(), directory));
      } else {
        command.addAll(List.of("--ro-bind-try", directory, directory));
      }
    }
    command.addAll(
        List.of("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/run"));
    for (Map.Entry<String, String> place :
        Map.of(
                "opt",
                "/opt",
                "lib",
                "/var/lib",
                "log",
                "/var/log",
                "etc",
                "/etc",
                "double",
                "/double")
            .entrySet()) {
      command.addAll(List.of("--bind", root.resolve(place.getKey()).toString(), place.getValue()));
    }
    command.addAll(
        List.of(
            "--ro-bind",
            root.resolve("bin").toString(),
            "/usr/local/bin",
            "--clearenv",
            "--setenv",
            "PATH",
            "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "node",
            "/double/machine.mjs"));
    return command;
  }

  private void listen() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode said = Json.mapper().readTree(line);
        if (said.get("id").asText().equals("up")) {
          up.complete(null);
        } else {
          CompletableFuture<Result> waiting = running.remove(said.get("id").asText());
          if (waiting != null) {
            waiting.complete(
                new Result(
                    said.get("code").asInt(), said.get("out").asText(), said.get("err").asText()));
          }
        }
      }
    } catch (IOException ended) {
      // as below
    }
    up.completeExceptionally(new IllegalStateException("the machine ended; see " + root));
    running.values().forEach(one -> one.complete(new Result(-1, "", "the machine ended")));
  }

  public CompletableFuture<Result> run(String id, String script) {
    CompletableFuture<Result> result = new CompletableFuture<>();
    running.put(id, result);
    up.orTimeout(30, TimeUnit.SECONDS)
        .whenComplete(
            (ready, failed) -> {
              if (failed != null) {
                result.completeExceptionally(failed);
              } else {
                order(Map.of("id", id, "run", script));
              }
            });
    return result;
  }

  public void kill(String id) {
    order(Map.of("id", id, "kill", id));
  }

  private synchronized void order(Map<String, String> order) {
    try {
      orders.write(Json.write(order) + "\n");
      orders.flush();
    } catch (IOException ended) {
      throw new UncheckedIOException(ended);
    }
  }

  /** Puts a file where scripts find it, in /double. */
  void bring(Path file, String name) throws IOException {
    Files.copy(file, root.resolve("double").resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  /** A connection to what listens on the machine's port 80. */
  public SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(root.resolve("double/front.sock")));
  }

  private void serveS3() {
    while (s3.isOpen()) {
      try {
        SocketChannel inside = s3.accept();
        SocketChannel outside =
            SocketChannel.open(new InetSocketAddress(emulator.getHost(), emulator.getPort()));
        splice(inside, outside);
      } catch (IOException ended) {
        return;
      }
    }
  }

  /** Passes bytes both ways, until both sides are done. */
  public static void splice(SocketChannel one, SocketChannel other) {
    Thread.ofVirtual().start(() -> pass(one, other));
    Thread.ofVirtual().start(() -> pass(other, one));
  }

  private static void pass(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(16 << 10);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException cut) {
      close(from);
      close(to);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException already) {
      // it is closed
    }
  }

  @Override
  public void close() {
    try {
      s3.close();
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      process.waitFor(10, TimeUnit.SECONDS);
      try (var files = Files.walk(root)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
