package dev.tmuxbuilder.web;

import dev.tmuxbuilder.agent.Agent;
import dev.tmuxbuilder.api.Access;
import dev.tmuxbuilder.api.SignUpRule;
import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.hosting.Host;
import dev.tmuxbuilder.hosting.Readiness;
import dev.tmuxbuilder.tenancy.Caller;
import dev.tmuxbuilder.workspace.SharedRepos;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The wish for a site, and what is known of it before it is sent. */
@Path("/new")
class NewSitePage {
  /** What a small site weighs, for a first figure of its cost: 5 MB. */
  private static final long SMALL_SITE = 5_000_000;

  private final SignUpRule signUp;
  private final List<Host> hosts;
  private final List<AgentKind> agents;
  private final SharedRepos repos;

  NewSitePage(
      SignUpRule signUp, @All List<Host> hosts, @All List<Agent> agents, SharedRepos repos) {
    this.repos = repos;
    this.signUp = signUp;
    this.hosts = hosts.stream().sorted(Comparator.comparing(Host::provider)).toList();
    this.agents = agents.stream().map(Agent::kind).sorted().toList();
  }

  /**
   * A host that can be chosen, or what it lacks.
   *
   * @param missing the setting or the rights that it lacks, empty where it is ready
   */
  public record HostChoice(String name, String missing, String staticCost, String dynamicCost) {
    public boolean ready() {
      return missing.isEmpty();
    }
  }

  /**
   * What the page shows.
   *
   * @param self whether the site is for the user who has signed in
   * @param templates what a site may begin as; none where nobody has signed in
   */
  public record View(
      boolean self,
      List<HostChoice> hosts,
      List<String> agents,
      List<SharedRepos.SharedRepo> templates) {}

  @GET
  @Operation(hidden = true)
  public Uni<Response> show(@Context ContainerRequestContext request) {
    Frame frame = Frame.of("new", request);
    return signUp.open()
        ? Pages.guarded(request, frame, () -> page(request, frame))
        : Pages.signedIn(request, frame, () -> page(request, frame));
  }

  private Uni<Response> page(ContainerRequestContext request, Frame frame) {
    Optional<TenantId> home =
        Access.caller(request) instanceof Caller.User self
            ? Optional.of(self.tenant())
            : Optional.empty();
    List<Uni<HostChoice>> choices = hosts.stream().map(host -> choice(host, home)).toList();
    return Uni.combine()
        .all()
        .unis(Uni.join().all(choices).andFailFast(), templates(home))
        .with(
            (found, templates) ->
                new View(
                    home.isPresent(),
                    found,
                    agents.stream().map(AgentKind::wire).toList(),
                    templates))
        .chain(view -> Pages.html(frame, Templates.wish(frame, view)));
  }

  private Uni<List<SharedRepos.SharedRepo>> templates(Optional<TenantId> home) {
    return home.isPresent() && repos.offered()
        ? repos.all().map(all -> all.stream().filter(one -> !one.tooLarge()).toList())
        : Uni.createFrom().item(List.of());
  }

  private static Uni<HostChoice> choice(Host host, Optional<TenantId> home) {
    return host.readiness(home, SiteType.STATIC)
        .map(
            readiness ->
                switch (readiness) {
                  case Readiness.Ready() -> "";
                  case Readiness.NotConfigured(String setting) -> setting;
                  case Readiness.Forbidden(List<String> actions) -> String.join(", ", actions);
                })
        .map(
            missing ->
                new HostChoice(
                    host.provider().wire(),
                    missing,
                    cost(host, SiteType.STATIC),
                    cost(host, SiteType.DYNAMIC)));
  }

  private static String cost(Host host, SiteType type) {
    var estimate = host.estimate(type, SMALL_SITE);
    return estimate.monthly().stripTrailingZeros().toPlainString() + " " + estimate.currency();
  }

  @POST
  @Path("preview")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Uni<Response> preview(
      @FormParam("requirements") @DefaultValue("") String brief,
      @Context ContainerRequestContext request) {
    Frame frame = Frame.of("new", request);
    return Pages.guarded(
        request,
        frame,
        () ->
            dev.tmuxbuilder.platform.VirtualThreads.call("preview", () -> Preview.of(brief))
                .chain(preview -> Pages.html(frame, Templates.preview(preview))));
  }
}
