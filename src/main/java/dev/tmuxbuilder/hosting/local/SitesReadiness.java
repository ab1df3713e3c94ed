package dev.tmuxbuilder.hosting.local;

import io.smallrye.health.api.HealthGroup;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * The service is ready when the sites of this machine can be reached. The group {@code traffic} has
 * nothing else in it: it says whether a balancer may send anybody to this node. What all nodes have
 * in common, a full queue or a database that is away, would take all of them away at once, and with
 * them the sites and the answers that say when to come again.
 */
@Readiness
@HealthGroup("traffic")
@ApplicationScoped
class SitesReadiness implements HealthCheck {
  private final SitesServer server;

  SitesReadiness(SitesServer server) {
    this.server = server;
  }

  @Override
  public HealthCheckResponse call() {
    var problem = server.listenProblem();
    var answer = HealthCheckResponse.named("Sites of this machine").status(problem.isEmpty());
    problem.ifPresent(words -> answer.withData("problem", words));
    return answer.build();
  }
}
