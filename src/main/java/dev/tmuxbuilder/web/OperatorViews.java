package dev.tmuxbuilder.web;

import dev.tmuxbuilder.agent.Agent;
import dev.tmuxbuilder.agent.AgentReadiness;
import dev.tmuxbuilder.agent.AgentServers;
import dev.tmuxbuilder.execution.Nodes;
import dev.tmuxbuilder.execution.Overview;
import dev.tmuxbuilder.execution.Queue;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.sweeper.Orphans;
import io.quarkus.arc.All;
import io.smallrye.health.SmallRyeHealthReporter;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Gathers what the operator's page shows. Nothing blocks. */
@ApplicationScoped
class OperatorViews {
  private static final int MOST_ORPHANS = 500;
  private static final int MOST_WAITING = 50;
  private static final int MOST_TENANTS = 500;

  private final Nodes nodes;
  private final Overview overview;
  private final Queue queue;
  private final AgentServers pool;
  private final List<Agent> agents;
  private final SmallRyeHealthReporter health;
  private final Orphans orphans;
  private final Duration silence;

  OperatorViews(
      Nodes nodes,
      Overview overview,
      Queue queue,
      AgentServers pool,
      @All List<Agent> agents,
      SmallRyeHealthReporter health,
      Orphans orphans,
      Settings settings) {
    this.nodes = nodes;
    this.overview = overview;
    this.queue = queue;
    this.pool = pool;
    this.agents = List.copyOf(agents);
    this.health = health;
    this.orphans = orphans;
    this.silence = settings.runs().heartbeat().multipliedBy(Nodes.MISSED_BEATS);
  }

  /** What changes all the time. */
  public record Now(
      List<Nodes.Node> nodes,
      long waiting,
      List<Working> working,
      List<Waiting> line,
      List<Dependency> dependencies,
      AgentServers.Figures pool) {
    public int places() {
      return nodes.stream().mapToInt(Nodes.Node::concurrent).sum();
    }
  }

  /** A run under way. */
  public record Working(String id, String session, int run, @Nullable String step) {
    static Working of(Overview.Working working) {
      return new Working(
          working.lease().execution().toString(),
          working.lease().execution().session().toString(),
          working.lease().run(),
          working.step() == null ? null : Keys.step(working.step().wire()));
    }
  }

  /** Something that nobody works on. */
  public record Waiting(String id, String session, int run, String key, Instant since) {
    static Waiting of(Overview.Waiting waiting) {
      return new Waiting(
          waiting.execution().toString(),
          waiting.execution().session().toString(),
          waiting.run(),
          Keys.waits(waiting.what().wire()),
          waiting.since());
    }
  }

  /** A tenant in few words. */
  public record Tenant(String id, String name, long members, long sites, Instant createdAt) {
    static Tenant of(Overview.Tenant tenant) {
      String id = tenant.id().toString();
      return new Tenant(
          id,
          tenant.name().orElse(id.substring(0, 8)),
          tenant.members(),
          tenant.sites(),
          tenant.createdAt());
    }
  }

  /**
   * The newest tenants.
   *
   * @param most how many are listed at most
   * @param more whether there are older ones
   */
  public record Tenants(List<Tenant> newest, int most, boolean more) {
    static Tenants of(List<Overview.Tenant> found) {
      return new Tenants(
          found.stream().limit(MOST_TENANTS).map(Tenant::of).toList(),
          MOST_TENANTS,
          found.size() > MOST_TENANTS);
    }
  }

  Uni<Tenants> tenants() {
    return overview.tenants(MOST_TENANTS + 1).map(Tenants::of);
  }

  /** Something that this node cannot do without, or not all. */
  public record Dependency(String name, boolean up, String note) {}

  /** What on the hosts is nobody's. */
  public record Strays(List<Orphans.Orphan> orphans, int more, List<String> problems) {}

  Uni<Now> now() {
    return Uni.combine()
        .all()
        .unis(
            nodes.heardWithin(silence),
            overview.underWay(),
            health.getHealthAsync(),
            overview.waiting(MOST_WAITING))
        .asTuple()
        .map(
            found ->
                new Now(
                    found.getItem1(),
                    queue.waiting(),
                    found.getItem2().stream().map(Working::of).toList(),
                    found.getItem4().stream().map(Waiting::of).toList(),
                    Stream.concat(
                            found.getItem3().getPayload().getJsonArray("checks").stream()
                                .map(check -> dependency(check.asJsonObject())),
                            agents.stream().map(OperatorViews::dependency))
                        .toList(),
                    pool.figures()));
  }

  private static Dependency dependency(JsonObject check) {
    JsonObject data = check.getJsonObject("data");
    return new Dependency(
        check.getString("name"),
        check.getString("status").equals("UP"),
        data == null
            ? ""
            : data.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + plain(entry.getValue()))
                .collect(Collectors.joining(", ")));
  }

  private static String plain(JsonValue value) {
    return value instanceof JsonString text ? text.getString() : value.toString();
  }

  private static Dependency dependency(Agent agent) {
    String name = "agent " + agent.kind().wire();
    return switch (agent.readiness()) {
      case AgentReadiness.Ready() -> new Dependency(name, true, "");
      case AgentReadiness.NotConfigured(String setting, String remedy) ->
          new Dependency(name, false, setting + ": " + remedy);
    };
  }

  Uni<Strays> strays() {
    return Uni.combine()
        .all()
        .unis(orphans.all(), orphans.looks())
        .with(
            (all, looks) ->
                new Strays(
                    all.stream().limit(MOST_ORPHANS).toList(),
                    Math.max(0, all.size() - MOST_ORPHANS),
                    looks.stream()
                        .filter(look -> look.problem().isPresent())
                        .map(look -> look.host().wire() + ": " + look.problem().get())
                        .toList()));
  }
}
