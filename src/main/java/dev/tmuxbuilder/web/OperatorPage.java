package dev.tmuxbuilder.web;

import dev.tmuxbuilder.api.Access;
import dev.tmuxbuilder.platform.LogLevels;
import dev.tmuxbuilder.platform.NodeName;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The service itself, for who runs it: all of it can be read without a script. */
@Path("/operator")
class OperatorPage {
  private final OperatorViews views;
  private final Ledgers ledgers;
  private final Configuration configuration;
  private final LogLevels levels;
  private final NodeName node;

  OperatorPage(
      OperatorViews views,
      Ledgers ledgers,
      Configuration configuration,
      LogLevels levels,
      NodeName node) {
    this.views = views;
    this.ledgers = ledgers;
    this.configuration = configuration;
    this.levels = levels;
    this.node = node;
  }

  /** What the page shows besides what changes all the time. */
  public record View(
      CostTable costs,
      List<AuditLine> audit,
      OperatorViews.Tenants tenants,
      List<Configuration.Setting> settings) {}

  /** How much the node that answers logs. */
  public record Logging(String node, List<LogLevels.Category> levels) {
    public List<LogLevels.Level> choices() {
      return List.of(LogLevels.Level.values());
    }
  }

  @GET
  @Operation(hidden = true)
  public Uni<Response> show(@Context ContainerRequestContext request) {
    return page(
        request,
        frame ->
            Uni.combine()
                .all()
                .unis(
                    views.now(), views.strays(), ledgers.costs(), ledgers.audit(), views.tenants())
                .asTuple()
                .map(
                    found ->
                        Templates.operator(
                            frame,
                            new View(
                                found.getItem3(),
                                found.getItem4(),
                                found.getItem5(),
                                configuration.inForce()),
                            found.getItem1(),
                            found.getItem2(),
                            logging())));
  }

  /** What changes all the time. */
  @GET
  @Path("now")
  @Operation(hidden = true)
  public Uni<Response> now(@Context ContainerRequestContext request) {
    return page(request, frame -> views.now().map(Templates::operator$now));
  }

  /** What is nobody's, after some of it was removed. */
  @GET
  @Path("strays")
  @Operation(hidden = true)
  public Uni<Response> strays(@Context ContainerRequestContext request) {
    return page(request, frame -> views.strays().map(Templates::operator$strays));
  }

  /** Log levels, after one was changed. */
  @GET
  @Path("logging")
  @Operation(hidden = true)
  public Uni<Response> levels(@Context ContainerRequestContext request) {
    return page(request, frame -> Uni.createFrom().item(Templates.operator$levels(logging())));
  }

  private Logging logging() {
    return new Logging(node.value(), levels.inForce());
  }

  private static Uni<Response> page(
      ContainerRequestContext request, Function<Frame, Uni<TemplateInstance>> fill) {
    Frame frame = Frame.of("operator", request);
    return Pages.signedIn(
        request,
        frame,
        () -> {
          Access.requireOperator(request);
          return fill.apply(frame).chain(filled -> Pages.html(frame, filled));
        });
  }
}
