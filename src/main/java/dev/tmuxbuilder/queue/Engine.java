package dev.tmuxbuilder.queue;

import dev.tmuxbuilder.agent.Agent;
import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.Agents;
import dev.tmuxbuilder.execution.Attachments;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Hosts;
import dev.tmuxbuilder.execution.Pipeline;
import dev.tmuxbuilder.execution.StepName;
import dev.tmuxbuilder.execution.StepPolicy;
import dev.tmuxbuilder.execution.StepRunner;
import dev.tmuxbuilder.hosting.Host;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.verification.Verifier;
import dev.tmuxbuilder.workspace.Equipment;
import dev.tmuxbuilder.workspace.Workspaces;
import io.quarkus.arc.All;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Puts the pipeline together from whatever agents and hosts this service has. */
final class Engine {
  private Engine() {}

  @Produces
  @Singleton
  static Pipeline pipeline(
      @All List<Agent> agents,
      @All List<Host> hosts,
      Verifier verifier,
      Workspaces workspaces,
      Equipment equipment,
      Attachments attachments,
      Executions executions,
      StepPolicy policy,
      RandomGenerator random) {
    return new Pipeline(
        agents(agents),
        hosts(hosts),
        verifier,
        workspaces,
        equipment,
        attachments,
        executions,
        new StepRunner(policy, random));
  }

  private static Agents agents(List<Agent> all) {
    Map<AgentKind, Agent> byKind =
        all.stream().collect(Collectors.toMap(Agent::kind, Function.identity()));
    return kind -> known(byKind, kind);
  }

  private static Hosts hosts(List<Host> all) {
    Map<HostProvider, Host> byProvider =
        all.stream().collect(Collectors.toMap(Host::provider, Function.identity()));
    return provider -> known(byProvider, provider);
  }

  private static <K, V> V known(Map<K, V> all, K key) {
    V value = all.get(key);
    if (value == null) {
      throw new IllegalArgumentException("this service has no " + key);
    }
    return value;
  }

  @Produces
  @Singleton
  static StepPolicy policy(Settings settings) {
    Settings.Runs runs = settings.runs();
    Settings.Deadlines deadlines = runs.deadline();
    return new StepPolicy(
        deadlines.run(),
        deadlines.destroy(),
        Map.of(
            StepName.CREATE_USER, deadlines.createUser(),
            StepName.CREATE_SESSION, deadlines.createSession(),
            StepName.GENERATE_SITE, deadlines.generateSite(),
            StepName.DEPLOY, deadlines.deploy(),
            StepName.HEALTH_CHECK, deadlines.healthCheck(),
            StepName.SCREENSHOT, deadlines.screenshot(),
            StepName.E2E_TESTS, deadlines.e2eTests()),
        Map.of(
            "agent", deadlines.agent(),
            "provision", deadlines.provision(),
            "tag", deadlines.tag(),
            "upload", deadlines.upload(),
            "activate", deadlines.activate()),
        Map.of("agent", runs.agents(), "upload", runs.uploads()),
        runs.attempts(),
        runs.backoff(),
        runs.owners());
  }
}
