package dev.tmuxbuilder.hosting.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tmuxbuilder.execution.Json;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceAttributeName;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/**
 * What the emulator does not do of EC2 and Systems Manager: its instances run, take commands, and
 * answer visitors who come by their address.
 */
public final class Ec2StandIn implements Wire.StandIn, AutoCloseable {
  private static final Pattern HOST =
      Pattern.compile("(?im)^host:\\s*ec2-(\\d+)-(\\d+)-(\\d+)-(\\d+)\\.");
  private static final Pattern RELEASE = Pattern.compile("(?m)^RELEASE='([0-9a-f]+)'$");

  private static final Pattern INSTANCE = Pattern.compile("InstanceId\\.1=(i-[0-9a-f]+)");

  private final URI emulator;
  private final Account account;
  private final boolean real;
  private final ServerSocketChannel front;
  private final Map<String, Machine> machines = new ConcurrentHashMap<>();
  private final Map<String, String> live = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Machine.Result>> commands = new ConcurrentHashMap<>();
  private final Set<String> stopped = ConcurrentHashMap.newKeySet();
  private final AtomicInteger silent = new AtomicInteger();
  private volatile boolean slow;
  private volatile boolean imagesHidden;

  /**
   * @param real whether scripts run; else an instance just remembers what it was told
   */
  public Ec2StandIn(URI emulator, boolean real) {
    this.emulator = emulator;
    this.account = new Account(emulator);
    this.real = real;
    try {
      front = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    Thread.ofVirtual().start(this::serve);
  }

  public int port() {
    return front.socket().getLocalPort();
  }

  /** What a visitor of the site gets. */
  public String get(URI url, String path) {
    try {
      return Visitor.ask(port(), url.getHost(), "GET", path);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** How many commands are refused before an instance reports to Systems Manager. */
  void silentFor(int commandsRefused) {
    silent.set(commandsRefused);
  }

  /** Commands stay under way until they are cancelled. */
  void neverDone(boolean never) {
    slow = never;
  }

  /** As in a region to which Amazon Linux 2023 has not come. */
  void knowsNoImages() {
    imagesHidden = true;
  }

  int commandsUnderWay() {
    return (int) commands.values().stream().filter(command -> !command.isDone()).count();
  }

  /** The release that an instance was told last, where scripts do not run. */
  Optional<String> live(String instance) {
    return Optional.ofNullable(live.get(instance));
  }

  @Override
  public Optional<Wire.Reply> answer(Wire.Call call) {
    if (call.service().equals("ec2")) {
      Matcher instance = INSTANCE.matcher(call.body());
      if (call.action().equals("StopInstances") && instance.find()) {
        stopped.add(instance.group(1));
      } else if (call.action().equals("StartInstances") && instance.find()) {
        stopped.remove(instance.group(1));
      }
      return Optional.empty();
    }
    if (!call.service().equals("ssm")) {
      return Optional.empty();
    }
    JsonNode asked = read(call.body());
    return switch (call.action()) {
      case "GetParameter" ->
          imagesHidden
              ? Optional.of(new Wire.Reply(400, "{\"__type\":\"ParameterNotFound\"}"))
              : Optional.empty();
      case "SendCommand" -> Optional.of(send(asked));
      case "GetCommandInvocation" -> Optional.of(look(asked));
      case "CancelCommand" -> Optional.of(cancel(asked));
      default -> Optional.empty();
    };
  }

  private static JsonNode read(String json) {
    return Json.read(json, JsonNode.class);
  }

  private Wire.Reply send(JsonNode asked) {
    String id = asked.get("InstanceIds").get(0).asText();
    Optional<Instance> instance =
        account.instances().stream()
            .filter(one -> one.instanceId().equals(id))
            .filter(one -> one.state().name() == InstanceStateName.RUNNING)
            .findFirst();
    if (instance.isEmpty() || silent.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return new Wire.Reply(400, "{\"__type\":\"InvalidInstanceId\"}");
    }
    String script = asked.get("Parameters").get("commands").get(0).asText();
    String command = UUID.randomUUID().toString();
    commands.put(command, run(id, command, script));
    return new Wire.Reply(
        200,
        Json.write(
            Map.of(
                "Command",
                Map.of("CommandId", command, "InstanceIds", List.of(id), "Status", "Pending"))));
  }

  private CompletableFuture<Machine.Result> run(String instance, String command, String script) {
    if (slow) {
      return new CompletableFuture<>();
    }
    if (!real) {
      Matcher release = RELEASE.matcher(script);
      if (!release.find()) {
        throw new IllegalStateException("no release in " + script);
      }
      live.put(instance, release.group(1));
      return CompletableFuture.completedFuture(new Machine.Result(0, "site: switched\n", ""));
    }
    return machines.computeIfAbsent(instance, this::boot).run(command, script);
  }

  private Machine boot(String instance) {
    Machine machine = new Machine(emulator);
    String userData =
        account
            .ec2
            .describeInstanceAttribute(
                attribute ->
                    attribute.instanceId(instance).attribute(InstanceAttributeName.USER_DATA))
            .userData()
            .value();
    machine
        .run("user-data", new String(Base64.getDecoder().decode(userData), StandardCharsets.UTF_8))
        .thenAccept(
            result -> {
              if (result.code() != 0) {
                System.err.println("user data: " + result);
              }
            });
    return machine;
  }

  private Wire.Reply look(JsonNode asked) {
    String id = asked.get("CommandId").asText();
    CompletableFuture<Machine.Result> command = commands.get(id);
    if (command == null) {
      return new Wire.Reply(400, "{\"__type\":\"InvocationDoesNotExist\"}");
    }
    ObjectNode answer =
        Json.mapper()
            .createObjectNode()
            .put("CommandId", id)
            .put("InstanceId", asked.get("InstanceId").asText());
    if (!command.isDone()) {
      return new Wire.Reply(
          200, answer.put("Status", "InProgress").put("ResponseCode", -1).toString());
    }
    Machine.Result result = command.join();
    return new Wire.Reply(
        200,
        answer
            .put(
                "Status",
                result.code() == 0 ? "Success" : result.code() < 0 ? "Cancelled" : "Failed")
            .put("ResponseCode", result.code())
            .put("StandardOutputContent", result.out())
            .put("StandardErrorContent", result.err())
            .toString());
  }

  private Wire.Reply cancel(JsonNode asked) {
    String id = asked.get("CommandId").asText();
    CompletableFuture<Machine.Result> command = commands.get(id);
    if (command != null) {
      machines.values().forEach(machine -> machine.kill(id));
      command.complete(new Machine.Result(-1, "", ""));
    }
    return new Wire.Reply(200, "{}");
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
      String ip = String.join(".", host.group(1), host.group(2), host.group(3), host.group(4));
      Optional<Machine> machine =
          account.addresses().stream()
              .filter(address -> ip.equals(address.publicIp()))
              .flatMap(address -> Optional.ofNullable(address.instanceId()).stream())
              .filter(id -> !stopped.contains(id))
              .flatMap(id -> Optional.ofNullable(machines.get(id)).stream())
              .findFirst();
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
    account.close();
  }
}
