package dev.tmuxbuilder.web;

import dev.tmuxbuilder.api.Access;
import dev.tmuxbuilder.execution.Nodes;
import dev.tmuxbuilder.execution.Overview;
import dev.tmuxbuilder.execution.Queue;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** The service itself, for who runs it. */
@Path("/operator")
class OperatorPage {
  private final Nodes nodes;
  private final Overview overview;
  private final Queue queue;
  private final Configuration configuration;
  private final Duration silence;

  OperatorPage(
      Nodes nodes, Overview overview, Queue queue, Configuration configuration, Settings settings) {
    this.nodes = nodes;
    this.overview = overview;
    this.queue = queue;
    this.configuration = configuration;
    this.silence = settings.runs().heartbeat().multipliedBy(Nodes.MISSED_BEATS);
  }

  /** What the page shows. */
  public record View(
      List<Nodes.Node> nodes,
      long waiting,
      List<Working> working,
      List<Configuration.Setting> settings) {
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

  @GET
  @Operation(hidden = true)
  public Uni<Response> show(@Context ContainerRequestContext request) {
    Frame frame = Frame.of("operator", request);
    return Pages.signedIn(
        request,
        frame,
        () -> {
          Access.requireOperator(request);
          return view().chain(view -> Pages.html(frame, Templates.operator(frame, view)));
        });
  }

  /** What changes all the time. */
  @GET
  @Path("now")
  @Operation(hidden = true)
  public Uni<Response> now(@Context ContainerRequestContext request) {
    Frame frame = Frame.of("operator", request);
    return Pages.signedIn(
        request,
        frame,
        () -> {
          Access.requireOperator(request);
          return view().chain(view -> Pages.html(frame, Templates.operator$now(view)));
        });
  }

  private Uni<View> view() {
    return Uni.combine()
        .all()
        .unis(nodes.heardWithin(silence), overview.underWay())
        .asTuple()
        .map(
            found ->
                new View(
                    found.getItem1(),
                    queue.waiting(),
                    found.getItem2().stream().map(Working::of).toList(),
                    configuration.inForce()));
  }
}
