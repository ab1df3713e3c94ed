package dev.tmuxbuilder.agent;

import dev.tmuxbuilder.agent.claude.ClaudeAgents;
import dev.tmuxbuilder.agent.opencode.OpenCodes;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.service.FakeMessages.Reply;
import dev.tmuxbuilder.service.Ports;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Starts agents of a kind and ends them, again and again, by the adapter that the service uses.
 *
 * <pre>
 * Cycles claude 200      prints what a start takes, and fails where anything is left
 * Cycles opencode 200
 * Cycles memory claude 4 prints what each of so many at work at once has of memory
 * </pre>
 */
public final class Cycles implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Workshop shop;
  private final Leftovers leftovers;
  private final Agent agent;
  private final List<OpenCodes> pool = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();

  public Cycles(Workshop shop, String kind, Path data, String... namesAndValues) {
    this.shop = shop;
    this.leftovers = new Leftovers(data);
    if (kind.equals("claude")) {
      agent = ClaudeAgents.in(shop, namesAndValues);
    } else {
      List<String> all = new ArrayList<>(List.of(namesAndValues));
      all.addAll(List.of("opencode.idle", "0s"));
      all.addAll(List.of("opencode.base-port", Integer.toString(Ports.free())));
      OpenCodes opencode = OpenCodes.in(shop, all.toArray(String[]::new));
      pool.add(opencode);
      agent = opencode.agent();
    }
  }

  public Leftovers leftovers() {
    return leftovers;
  }

  /**
   * An agent begins, asks its model once, and all of it ends.
   *
   * @return until the model was asked
   */
  public Duration once(ExecutionId site, int run) {
    CompletableFuture<Long> asked = new CompletableFuture<>();
    shop.model()
        .script(
            site.session().toString(),
            new Reply.Meanwhile(
                () -> asked.complete(System.nanoTime()), new Reply.Say("Nothing.")));
    long begun = System.nanoTime();
    AgentOutcome outcome =
        agent
            .work(shop.instruction(site, run, new Task.Build(List.of())), event -> {})
            .await()
            .atMost(PATIENCE);
    if (!outcome.equals(new AgentOutcome.Done("Nothing."))) {
      throw new AssertionError(outcome);
    }
    agent.release(site).await().atMost(PATIENCE);
    for (OpenCodes opencode : pool) {
      for (AgentServers.Server server : opencode.servers().figures().servers()) {
        ports.add(server.port());
      }
      Awaitility.await("idle ones are stopped")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(20))
          .until(
              () ->
                  opencode.servers().figures().servers().stream()
                      .allMatch(server -> server.state().equals("stopped")));
    }
    return Duration.ofNanos(asked.join() - begun);
  }

  /** No process, session of tmux, port, zombie or file of a session is left. */
  public void assertNothingIsLeft(List<ExecutionId> sites) throws IOException {
    leftovers.assertNone();
    for (int port : ports) {
      new ServerSocket(port).close();
    }
    for (ExecutionId site : sites) {
      agent.forget(site).await().atMost(PATIENCE);
    }
    Path agents = shop.data().root().resolve("agents");
    try (Stream<Path> left = Files.walk(agents)) {
      List<String> names =
          left.filter(Files::isRegularFile)
              .map(file -> agents.relativize(file).toString())
              .filter(name -> !name.equals("launcher.mjs"))
              .toList();
      if (!names.isEmpty()) {
        throw new AssertionError("left: " + names);
      }
    }
  }

  @Override
  public void close() {
    pool.forEach(OpenCodes::close);
    leftovers.close();
  }

  public static void main(String[] arguments) throws Exception {
    Path data = Files.createTempDirectory("cycles");
    try (Workshop shop = new Workshop(data)) {
      if (arguments[0].equals("memory")) {
        memory(shop, data, arguments[1], Integer.parseInt(arguments[2]));
      } else {
        cycles(shop, data, arguments[0], Integer.parseInt(arguments[1]));
      }
    } finally {
      dev.tmuxbuilder.platform.DataDirectory.delete(data);
    }
    System.exit(0); // whatever else the libraries keep
  }

  private static void cycles(Workshop shop, Path data, String kind, int count) throws IOException {
    try (Cycles cycles = new Cycles(shop, kind, data)) {
      List<ExecutionId> sites = List.of(shop.session(), shop.session());
      for (ExecutionId site : sites) {
        cycles.once(site, 1);
      }
      long handles = Leftovers.handles();
      List<Duration> starts = new ArrayList<>();
      long begun = System.nanoTime();
      for (int run = 0; run < count; run++) {
        starts.add(cycles.once(sites.get(run % sites.size()), run + 2));
      }
      long each = (System.nanoTime() - begun) / count / 1_000_000;
      long more = Leftovers.handles() - handles;
      cycles.assertNothingIsLeft(sites);
      if (more > 4) {
        throw new AssertionError(more + " handles are left");
      }
      starts.sort(null);
      System.out.printf(
          "%-9s %d cycles of %d ms; until its model was asked: p50 %d ms, p99 %d ms; left: no"
              + " process, no zombie, no session, no port, %d handles%n",
          kind,
          count,
          each,
          starts.get(count / 2).toMillis(),
          starts.get(count * 99 / 100).toMillis(),
          Math.max(0, more));
    }
  }

  private static void memory(Workshop shop, Path data, String kind, int count) throws IOException {
    try (Cycles cycles = new Cycles(shop, kind, data, "opencode.max", Integer.toString(count))) {
      CountDownLatch enough = new CountDownLatch(1);
      CountDownLatch asked = new CountDownLatch(count);
      List<ExecutionId> sites = Stream.generate(shop::session).limit(count).toList();
      List<CompletableFuture<AgentOutcome>> work = new ArrayList<>();
      for (ExecutionId site : sites) {
        shop.model()
            .script(
                site.session().toString(),
                new Reply.Meanwhile(
                    asked::countDown, new Reply.Hold(enough, new Reply.Say("Nothing."))));
        work.add(
            cycles
                .agent
                .work(shop.instruction(site, 1, new Task.Build(List.of())), event -> {})
                .subscribeAsCompletionStage());
      }
      Awaitility.await("all are at work")
          .atMost(PATIENCE.multipliedBy(2))
          .until(() -> asked.getCount() == 0);
      long each = cycles.leftovers.memory() / count;
      enough.countDown();
      work.forEach(CompletableFuture::join);
      for (ExecutionId site : sites) {
        cycles.agent.release(site).await().atMost(PATIENCE);
      }
      System.out.printf(
          "%-9s %d at work at once: %d MiB each, %.1f to a GiB%n",
          kind, count, each >> 20, (double) (1L << 30) / each);
    }
  }
}
