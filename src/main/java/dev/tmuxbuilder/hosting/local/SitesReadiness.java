package dev.tmuxbuilder.hosting.local;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** The service is ready when the sites of this machine can be reached. */
@Readiness
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
