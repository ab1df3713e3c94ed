package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.tenancy.Caller;
import dev.tmuxbuilder.workspace.SharedRepos;
import dev.tmuxbuilder.workspace.SharedRepos.Copied;
import dev.tmuxbuilder.workspace.SharedRepos.SharedRepo;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Repositories that the operator shares, to be copied into sites. */
@Path("/api/shared-repos")
@Produces(MediaType.APPLICATION_JSON)
class SharedReposResource {
  private static final Pattern FOLDER =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,63}){0,7}");
  private static final Set<ExecutionStatus> AT_WORK =
      Set.of(ExecutionStatus.PENDING, ExecutionStatus.RUNNING, ExecutionStatus.DESTROYED);

  private final Access access;
  private final Executions executions;
  private final SharedRepos repos;

  SharedReposResource(Access access, Executions executions, SharedRepos repos) {
    this.access = access;
    this.executions = executions;
    this.repos = repos;
  }

  /** All of them. */
  @Schema(name = "SharedRepos")
  record Listed(List<Repo> repos) {}

  /** One of them. */
  @Schema(name = "SharedRepo")
  record Repo(
      String name,
      String description,
      long bytes,
      int files,
      @Schema(description = "More than may be copied") boolean tooLarge,
      Instant changedAt) {
    static Repo of(SharedRepo repo) {
      return new Repo(
          repo.name(),
          repo.description(),
          repo.bytes(),
          repo.files(),
          repo.tooLarge(),
          repo.changedAt());
    }
  }

  @GET
  @Operation(operationId = "sharedRepos", summary = "Repositories that sites may begin as")
  public Uni<Listed> list(@Context ContainerRequestContext request) {
    requireSomebody(request);
    return repos.all().map(all -> new Listed(all.stream().map(Repo::of).toList()));
  }

  private static void requireSomebody(ContainerRequestContext request) {
    if (Access.caller(request) instanceof Caller.Anonymous) {
      throw ApiException.unauthorized(
          "Send the access_token that create-user gave as a bearer token.");
    }
  }

  /** What is sent, for the OpenAPI document. */
  @Schema(name = "CloneRequest")
  record Wish(
      @Schema(name = "execution_id", required = true) String executionId,
      @Schema(description = "A new or empty folder in source/; else the repository's name")
          String folder) {}

  /** What came of it. */
  @Schema(name = "Cloned")
  record Cloned(String executionId, String folder, String commit) {}

  @POST
  @Path("/{name}/clone")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "cloneSharedRepo",
      summary = "Copies a repository's files into a site's source; a redeploy publishes them")
  @RequestBody(content = @Content(schema = @Schema(implementation = Wish.class)))
  @APIResponse(
      responseCode = "200",
      description = "They are there, in a commit of the site's own repository",
      content = @Content(schema = @Schema(implementation = Cloned.class)))
  @APIResponse(responseCode = "409", description = "A run goes on, or something is there already")
  public Uni<Cloned> copy(
      @PathParam("name") String name, byte[] body, @Context ContainerRequestContext request) {
    requireSomebody(request);
    Fields fields = Fields.read(body);
    String id = fields.text("execution_id", text -> Optional.empty());
    String folder =
        fields
            .optionalText(
                "folder",
                text ->
                    FOLDER.matcher(text).matches() && !text.contains("..")
                        ? Optional.empty()
                        : Optional.of("must be a folder's name, or several with / between"))
            .orElse(name);
    fields.check();
    return access
        .open(request, id)
        .chain(opened -> repos.named(name).chain(repo -> copy(opened, usable(repo), folder)));
  }

  /** The repository, where it is there and may be copied. */
  static SharedRepo usable(Optional<SharedRepo> found) {
    SharedRepo repo = found.orElseThrow(ApiException::notFound);
    if (repo.tooLarge()) {
      throw ApiException.of(
          ProblemCode.PAYLOAD_TOO_LARGE,
          "%s has %,d files with %,d bytes, more than may be copied. Choose another one."
              .formatted(repo.name(), repo.files(), repo.bytes()));
    }
    return repo;
  }

  private Uni<Cloned> copy(Access.Opened opened, SharedRepo repo, String folder) {
    return Uni.combine()
        .all()
        .unis(
            executions.execution(opened.tenant(), opened.id()),
            executions.snapshot(opened.tenant(), opened.id(), 0, 1))
        .asTuple()
        .chain(
            both -> {
              Execution execution = both.getItem1().orElseThrow(ApiException::notFound);
              Snapshot now = both.getItem2().orElseThrow(ApiException::notFound);
              if (AT_WORK.contains(now.status())) {
                throw ApiException.of(
                    ProblemCode.CONFLICT,
                    "The site is " + now.status().wire() + ". Wait until its run is over.");
              }
              return repos.copy(repo, opened.id(), folder, execution.email());
            })
        .map(copied -> answer(copied, opened, folder));
  }

  private static Cloned answer(Copied copied, Access.Opened opened, String folder) {
    return switch (copied) {
      case Copied.Done(String commit) -> new Cloned(opened.id().toString(), folder, commit);
      case Copied.Occupied() ->
          throw ApiException.of(
              ProblemCode.CONFLICT,
              "There is something at source/" + folder + " already. Name another folder.");
      case Copied.NoSession() -> throw ApiException.notFound();
    };
  }
}
