package dev.tmuxbuilder.api;

import dev.tmuxbuilder.agent.Agent;
import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.Commands;
import dev.tmuxbuilder.execution.Commands.Answer;
import dev.tmuxbuilder.execution.Conversations;
import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.Queue;
import dev.tmuxbuilder.execution.Upload;
import dev.tmuxbuilder.stream.StatusCache;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.server.multipart.MultipartFormDataInput;

/** Words to the agent, and what it answered. */
@Path("/api/chat/{execution_id}")
@Produces(MediaType.APPLICATION_JSON)
class ChatResource {
  private static final int LONGEST_MESSAGE = 64 * 1024;

  private final Access access;
  private final Admission admission;
  private final Executions executions;
  private final Commands commands;
  private final Conversations conversations;
  private final Queue queue;
  private final Set<AgentKind> converse;

  ChatResource(
      Access access,
      Admission admission,
      Executions executions,
      Commands commands,
      Conversations conversations,
      Queue queue,
      @All List<Agent> agents) {
    this.access = access;
    this.admission = admission;
    this.executions = executions;
    this.commands = commands;
    this.conversations = conversations;
    this.queue = queue;
    this.converse =
        agents.stream()
            .filter(Agent::converses)
            .map(Agent::kind)
            .collect(Collectors.toUnmodifiableSet());
  }

  /** What is sent, for the OpenAPI document. */
  @Schema(name = "ChatRequest")
  record Said(@Schema(required = true, description = "Up to 64 KiB") String message) {}

  /** The same as a form, for the OpenAPI document. */
  @Schema(name = "ChatForm")
  record SaidWithFiles(
      @Schema(required = true, description = "Up to 64 KiB") String message,
      @Schema(
              description =
                  "Pictures and documents for the agent, up to 10 of 10 MiB each, 30 MiB"
                      + " together: "
                      + FileTypes.NAMES)
          List<Binary> file) {}

  /** The bytes of a file. */
  @Schema(name = "Binary", type = SchemaType.STRING, format = "binary")
  interface Binary {}

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "chat", summary = "A message to the agent, answered by a run")
  @RequestBody(
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(implementation = Said.class)),
        @Content(
            mediaType = MediaType.MULTIPART_FORM_DATA,
            schema = @Schema(implementation = SaidWithFiles.class))
      })
  @APIResponse(
      responseCode = "202",
      description = "It waits for its run, the one that is named",
      content = @Content(schema = @Schema(implementation = Views.Message.class)))
  @APIResponse(responseCode = "422", description = "The execution's agent does not take messages")
  public Uni<Response> chat(
      @PathParam("execution_id") String id, byte[] body, @Context ContainerRequestContext request) {
    return access
        .open(request, id)
        .chain(opened -> say(opened, new Uploads.Form(Fields.read(body), List.of())));
  }

  @POST
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Operation(hidden = true)
  public Uni<Response> chatWithFiles(
      @PathParam("execution_id") String id,
      MultipartFormDataInput form,
      @Context ContainerRequestContext request) {
    return access
        .open(request, id)
        .chain(opened -> Uploads.read(form).chain(read -> say(opened, read)));
  }

  private Uni<Response> say(Access.Opened opened, Uploads.Form form) {
    String text = message(form.fields());
    return executions
        .execution(opened.tenant(), opened.id())
        .map(found -> found.orElseThrow(ApiException::notFound))
        .chain(execution -> say(opened, execution, text, form.files()));
  }

  private static String message(Fields fields) {
    String text =
        fields.text(
            "message",
            said -> said.isBlank() ? Optional.of("must say something") : Optional.empty());
    fields.check();
    if (text.getBytes(StandardCharsets.UTF_8).length > LONGEST_MESSAGE) {
      throw ApiException.fields(
          ProblemCode.PAYLOAD_TOO_LARGE,
          "The message is longer than 64 KiB.",
          List.of(new Problem.FieldError("message", "must have 65536 bytes at most")));
    }
    return text;
  }

  private Uni<Response> say(
      Access.Opened opened, Execution execution, String text, List<Upload> files) {
    if (!converse.contains(execution.agent())) {
      throw ApiException.of(
          ProblemCode.AGENT_CANNOT_CHAT,
          "The agent "
              + execution.agent().wire()
              + " works from the brief alone. Edit the site in source/ and redeploy, or"
              + " set ANTHROPIC_API_KEY and create the site with agent claude or opencode.");
    }
    admission.requireQueue();
    if (!files.isEmpty()) {
      admission.requireDisk();
    }
    UUID message = UUID.randomUUID();
    return commands
        .chat(opened.tenant(), opened.id(), new Commands.Said(message, text, files), opened.by())
        .map(answer -> answer(message.toString(), answer));
  }

  private Response answer(String message, Answer answer) {
    return switch (answer) {
      case Answer.Accepted accepted -> {
        queue.wake();
        yield Response.accepted(new Views.Message(message, accepted.run())).build();
      }
      case Answer.NotNow state ->
          throw ApiException.of(
              ProblemCode.CONFLICT,
              "The execution is " + state.status().wire() + ", which does not allow this.");
      case Answer.NoSuchRelease ignored -> throw ApiException.notFound();
      case Answer.TooManyWaiting ignored -> throw Admission.shareIsFull();
      case Answer.Unknown ignored -> throw ApiException.notFound();
    };
  }

  @GET
  @Operation(operationId = "chatHistory", summary = "What was said, oldest first, paged")
  @APIResponse(
      responseCode = "200",
      description = "A page; next is the since of the page after it",
      content = @Content(schema = @Schema(implementation = Views.Chat.class)))
  public Uni<Response> history(
      @PathParam("execution_id") String id,
      @QueryParam("since") @DefaultValue("0") String since,
      @QueryParam("limit") @DefaultValue("100") String limit,
      @Context ContainerRequestContext request) {
    return access
        .open(request, id)
        .chain(
            opened -> {
              StatusCache.Page page = Query.page(since, limit);
              return executions
                  .execution(opened.tenant(), opened.id())
                  .map(found -> found.orElseThrow(ApiException::notFound))
                  .chain(
                      known ->
                          conversations.history(
                              known.tenant(), known.id(), page.since(), page.limit()))
                  .map(entries -> Response.ok(Views.Chat.of(entries, page.limit())).build());
            });
  }
}
