package dev.tmuxbuilder.agent.opencode;

import dev.tmuxbuilder.agent.Agent;
import dev.tmuxbuilder.agent.AgentServers;
import dev.tmuxbuilder.agent.Workshop;
import dev.tmuxbuilder.isolation.Sandbox;
import dev.tmuxbuilder.platform.Settings;
import io.quarkus.runtime.ShutdownEvent;
import java.net.URI;
import java.time.Clock;

/**
 * OpenCode's adapter with its pool, without the service around it. Closing it is what the service
 * does as it ends.
 */
public final class OpenCodes implements AutoCloseable {
  private final Pool pool;
  private final Agent agent;
  private final AgentServers servers;

  private OpenCodes(Pool pool, Agent agent, AgentServers servers) {
    this.pool = pool;
    this.agent = agent;
    this.servers = servers;
  }

  public static OpenCodes in(Workshop shop, String... namesAndValues) {
    Settings settings = shop.settings(namesAndValues);
    Sandbox sandbox = Sandbox.of(settings);
    int apiPort = URI.create(shop.model().url()).getPort();
    Launcher launcher = new Launcher(settings, sandbox, apiPort);
    Pool pool = new Pool(settings, launcher, shop.data(), Clock.systemUTC());
    return new OpenCodes(
        pool,
        new OpenCodeAgent(pool, launcher, shop.accesses(), settings),
        new Visits(pool, launcher, sandbox));
  }

  Pool pool() {
    return pool;
  }

  public Agent agent() {
    return agent;
  }

  public AgentServers servers() {
    return servers;
  }

  @Override
  public void close() {
    pool.close(new ShutdownEvent());
  }
}
