package dev.tmuxbuilder.api;

import dev.tmuxbuilder.agent.Agent;
import dev.tmuxbuilder.agent.AgentReadiness;
import dev.tmuxbuilder.brief.Brief;
import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Queue;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.Upload;
import dev.tmuxbuilder.hosting.Host;
import dev.tmuxbuilder.hosting.Readiness;
import dev.tmuxbuilder.tenancy.Caller;
import dev.tmuxbuilder.tenancy.Identity;
import dev.tmuxbuilder.tenancy.SignUp;
import dev.tmuxbuilder.tenancy.SignedUp;
import dev.tmuxbuilder.tenancy.Tokens;
import dev.tmuxbuilder.tenancy.Users;
import dev.tmuxbuilder.workspace.SharedRepos;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.server.multipart.MultipartFormDataInput;
import org.jspecify.annotations.Nullable;

/** The wish for a site. */
@Path("/api/create-user")
@Produces(MediaType.APPLICATION_JSON)
class CreateUserResource {
  private static final int LONGEST_KEY = 255;
  private static final int LONGEST_BRIEF = 64 * 1024;
  private static final int TOP_OF_BRIEF = 2048;

  private final Users users;
  private final Queue queue;
  private final SignUpRule rule;
  private final Admission admission;
  private final Map<HostProvider, Host> hosts;
  private final Map<AgentKind, Agent> agents;
  private final SharedRepos repos;

  CreateUserResource(
      Users users,
      Queue queue,
      SignUpRule rule,
      Admission admission,
      @All List<Host> hosts,
      @All List<Agent> agents,
      SharedRepos repos) {
    this.repos = repos;
    this.users = users;
    this.queue = queue;
    this.rule = rule;
    this.admission = admission;
    this.agents = agents.stream().collect(Collectors.toMap(Agent::kind, Function.identity()));
    this.hosts = hosts.stream().collect(Collectors.toMap(Host::provider, Function.identity()));
  }

  /** What is sent, for the OpenAPI document. */
  @Schema(name = "CreateUserRequest")
  record Wish(
      @Schema(
              description = "Of whom the site is for; who is signed in may leave it and phone out",
              examples = "ana@example.com")
          String email,
      @Schema(description = "E.164", examples = "+12025550123") String phone,
      @Schema(
              name = "host_provider",
              required = true,
              enumeration = {"local", "aws", "azure"})
          String hostProvider,
      @Schema(
              name = "site_type",
              required = true,
              enumeration = {"static", "dynamic"})
          String siteType,
      @Schema(description = "The brief: Markdown, up to 64 KiB") String requirements,
      @Schema(
              enumeration = {"starter", "claude", "opencode"},
              defaultValue = "starter")
          String agent,
      @Schema(description = "A shared repository that the site begins as") String template) {}

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "createUser",
      summary = "Creates or finds the user, creates a session and starts its first run")
  @RequestBody(
      description =
          "As multipart/form-data, with the same fields, it may bring pictures and documents for the"
              + " agent in parts named file: up to 10 of 10 MiB each, 30 MiB together",
      content = @Content(schema = @Schema(implementation = Wish.class)))
  @APIResponse(
      responseCode = "202",
      description = "Accepted; Location is the status",
      content = @Content(schema = @Schema(implementation = Views.Created.class)))
  @APIResponse(
      responseCode = "400",
      description = "Something in the request is not right; each bad field is named",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  public Uni<Response> create(
      @Parameter(description = "The same key and body give the same answer for 24 hours")
          @HeaderParam("Idempotency-Key")
          @Nullable String key,
      byte[] body,
      @Context ContainerRequestContext request) {
    return create(new Uploads.Form(Fields.read(body), List.of()), key, request);
  }

  @POST
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Operation(hidden = true)
  public Uni<Response> createWithFiles(
      @HeaderParam("Idempotency-Key") @Nullable String key,
      MultipartFormDataInput form,
      @Context ContainerRequestContext request) {
    return onThisContext(Uploads.read(form)).chain(read -> create(read, key, request));
  }

  private Uni<Response> create(
      Uploads.Form form, @Nullable String key, ContainerRequestContext request) {
    Caller caller = Access.caller(request);
    SignUp wish = wish(form.fields(), form.files(), caller, key);
    rule.check(caller, wish.user());
    requireAgent(wish);
    return onThisContext(requireHost(caller, wish).chain(() -> requireTemplate(wish)))
        .chain(() -> signUp(request, caller, wish));
  }

  private Uni<Response> signUp(ContainerRequestContext request, Caller caller, SignUp wish) {
    admission.requireQueue();
    admission.requireDisk();
    return users
        .signUp(caller, wish)
        .call(outcome -> placed(request, caller, wish, outcome))
        .map(this::answer);
  }

  /** Says where the call was at work. */
  private Uni<Void> placed(
      ContainerRequestContext request, Caller caller, SignUp wish, SignedUp outcome) {
    if (outcome instanceof SignedUp.Accepted accepted && accepted.isNewUser()) {
      Identification.inTenant(request, wish.identity().orElseThrow().ownTenant());
      return Uni.createFrom().voidItem();
    }
    if (caller instanceof Caller.User self && self.id().equals(wish.user())) {
      return Uni.createFrom().voidItem(); // its own, as where nothing else is said
    }
    return caller instanceof Caller.Anonymous
        ? Uni.createFrom().voidItem()
        : users
            .tenantOf(wish.user())
            .invoke(
                home ->
                    home.filter(tenant -> caller.roleIn(tenant).isPresent())
                        .ifPresent(tenant -> Identification.inTenant(request, tenant)))
            .replaceWithVoid();
  }

  private static SignUp wish(
      Fields fields, List<Upload> files, Caller caller, @Nullable String key) {
    boolean forItself =
        caller instanceof Caller.User && !fields.has("email") && !fields.has("phone");
    String email = forItself ? "" : fields.text("email", Identity::emailProblem);
    String phone = forItself ? "" : fields.text("phone", Identity::phoneProblem);
    HostProvider host = fields.requiredChoice("host_provider", HostProvider.class);
    SiteType type = fields.requiredChoice("site_type", SiteType.class);
    AgentKind agent = fields.choice("agent", AgentKind.class).orElse(AgentKind.STARTER);
    String brief = fields.optionalText("requirements", text -> Optional.empty()).orElse("");
    Optional<String> template = fields.optionalText("template", text -> Optional.empty());
    if (template.isPresent() && agent == AgentKind.STARTER && !brief.isBlank()) {
      fields.wrong(
          "template",
          "goes with an agent that changes sites, or without requirements: the starter agent makes"
              + " pages of its own from them");
    }
    if (!files.isEmpty() && agent == AgentKind.STARTER) {
      fields.wrong(
          Uploads.FILE,
          "goes with an agent that reads files, claude or opencode: the starter agent makes pages"
              + " from the requirements alone");
    }
    if (key != null && (key.isBlank() || key.length() > LONGEST_KEY)) {
      fields.wrong("Idempotency-Key", "must have 1 to 255 characters");
    }
    fields.check();
    if (brief.getBytes(StandardCharsets.UTF_8).length > LONGEST_BRIEF) {
      throw ApiException.fields(
          ProblemCode.PAYLOAD_TOO_LARGE,
          "The brief is longer than 64 KiB.",
          List.of(new Problem.FieldError("requirements", "must have 65536 bytes at most")));
    }
    Optional<Identity> identity =
        forItself ? Optional.empty() : Optional.of(new Identity(email, phone));
    return new SignUp(
        caller instanceof Caller.User self && forItself
            ? self.id()
            : identity.orElseThrow().userId(),
        identity,
        host,
        type,
        agent,
        brief,
        siteSlug(brief),
        template,
        files,
        Optional.ofNullable(key)
            .map(
                name ->
                    new SignUp.IdempotencyKey(
                        Tokens.hash(name),
                        Tokens.hash(
                            Json.write(
                                Stream.concat(
                                        Stream.of(
                                            email,
                                            phone,
                                            host.wire(),
                                            type.wire(),
                                            agent.wire(),
                                            brief),
                                        Stream.concat(
                                            template.stream(),
                                            files.stream()
                                                .flatMap(
                                                    file -> Stream.of(file.name(), file.sha256()))))
                                    .toList())))));
  }

  /** From the title, which is at the top: the rest is read when the site is made. */
  private static String siteSlug(String brief) {
    return Brief.parse(brief.substring(0, Math.min(brief.length(), TOP_OF_BRIEF))).siteSlug();
  }

  /**
   * Whose the site will be. Empty where that is a user in whose tenant the caller has no part: the
   * answer will be a refusal, and must not tell how the tenant is set up at a host.
   */
  private Uni<Optional<TenantId>> home(Caller caller, SignUp wish) {
    return caller instanceof Caller.User self && self.id().equals(wish.user())
        ? Uni.createFrom().item(Optional.of(self.tenant()))
        : users
            .tenantOf(wish.user())
            .map(
                known ->
                    known.isEmpty()
                        ? Optional.of(wish.identity().orElseThrow().ownTenant())
                        : known.filter(tenant -> caller.roleIn(tenant).isPresent()));
  }

  private Uni<Void> requireHost(Caller caller, SignUp wish) {
    Host host = hosts.get(wish.host());
    if (host == null) {
      throw notSetUp("host_provider", wish.host().wire(), settingOf(wish.host()), "local");
    }
    return home(caller, wish)
        .chain(
            home ->
                home.isEmpty()
                    ? Uni.createFrom().item(new Readiness.Ready())
                    : host.readiness(home, wish.siteType()))
        .invoke(
            readiness -> {
              switch (readiness) {
                case Readiness.Ready() -> {}
                case Readiness.NotConfigured(String setting) ->
                    throw notSetUp("host_provider", wish.host().wire(), setting, "local");
                case Readiness.Forbidden(List<String> actions) ->
                    throw forbidden(wish.host(), actions);
              }
            })
        .replaceWithVoid();
  }

  private static ApiException forbidden(HostProvider host, List<String> actions) {
    String message =
        "This server lacks rights on %s: %s. Choose local, or have them granted (deploy/%s)."
            .formatted(host.wire(), String.join(", ", actions), host.wire());
    return ApiException.fields(
        ProblemCode.PERMISSION_MISSING,
        message,
        List.of(new Problem.FieldError("host_provider", message)));
  }

  private static String settingOf(HostProvider host) {
    return switch (host) {
      case LOCAL -> "TMUXBUILDER_SITES_PORT";
      case AWS -> "TMUXBUILDER_AWS_PROFILE";
      case AZURE -> "TMUXBUILDER_AZURE_SUBSCRIPTION";
    };
  }

  /** A host may answer from any thread; what comes after belongs to this request's event loop. */
  private static <T> Uni<T> onThisContext(Uni<T> uni) {
    io.vertx.core.Context context = Vertx.currentContext();
    return context == null
        ? uni
        : uni.emitOn(command -> context.runOnContext(ignored -> command.run()));
  }

  private void requireAgent(SignUp wish) {
    Agent agent = agents.get(wish.agent());
    AgentReadiness readiness =
        agent == null
            ? new AgentReadiness.NotConfigured("ANTHROPIC_API_KEY", "")
            : agent.readiness();
    switch (readiness) {
      case AgentReadiness.Ready() -> {}
      case AgentReadiness.NotConfigured(String setting, String ignored) ->
          throw notSetUp("agent", wish.agent().wire(), setting, "starter");
    }
  }

  private Uni<Void> requireTemplate(SignUp wish) {
    if (wish.template().isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    String name = wish.template().get();
    if (!repos.offered()) {
      throw notSetUp("template", name, "TMUXBUILDER_SHARED_REPOS_DIR", "no template");
    }
    return repos
        .named(name)
        .invoke(
            found -> {
              if (found.isEmpty()) {
                throw ApiException.fields(
                    ProblemCode.INVALID_REQUEST,
                    "There is no such template.",
                    List.of(
                        new Problem.FieldError("template", "must be one of /api/shared-repos")));
              }
              SharedReposResource.usable(found);
            })
        .replaceWithVoid();
  }

  private static ApiException notSetUp(String field, String value, String setting, String instead) {
    String message =
        "This server is not set up for %s: %s is missing or of no use. Choose %s."
            .formatted(value, setting, instead);
    return ApiException.fields(
        ProblemCode.NOT_CONFIGURED, message, List.of(new Problem.FieldError(field, message)));
  }

  private Response answer(SignedUp outcome) {
    return switch (outcome) {
      case SignedUp.Accepted accepted -> accepted(accepted);
      case SignedUp.NotYours ignored ->
          throw ApiException.unauthorized(
              "This email and phone are known. Send that user's access_token as a bearer token.");
      case SignedUp.NotAllowed ignored ->
          throw ApiException.of(
              ProblemCode.FORBIDDEN, "Your role in this user's tenant may not make sites.");
      case SignedUp.TooManyWaiting ignored -> throw Admission.shareIsFull();
      case SignedUp.KeyReused ignored ->
          throw ApiException.of(
              ProblemCode.KEY_REUSED,
              "This Idempotency-Key came with another body before. Use a new key.");
    };
  }

  private Response accepted(SignedUp.Accepted accepted) {
    if (!accepted.repeated()) {
      queue.wake();
    }
    String status = "/api/status/" + accepted.execution();
    return Response.accepted(
            new Views.Created(
                accepted.execution().toString(),
                accepted.execution().user().toString(),
                accepted.execution().session().toString(),
                accepted.isNewUser(),
                status,
                status + "/stream",
                accepted.accessToken().orElse(null)))
        .location(URI.create(status))
        .build();
  }
}
