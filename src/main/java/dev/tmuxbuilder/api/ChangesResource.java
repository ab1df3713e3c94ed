package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.workspace.Changes;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** What a run changed in the site's source, file by file. */
@Path("/api/executions/{execution_id}/runs/{run}")
@Produces(MediaType.APPLICATION_JSON)
class ChangesResource {
  private static final int MOST = 1_000;

  private final Access access;
  private final Executions executions;
  private final Changes changes;

  ChangesResource(Access access, Executions executions, Changes changes) {
    this.access = access;
    this.executions = executions;
    this.changes = changes;
  }

  /** The changed files of a run. */
  @RegisterForReflection
  @Schema(name = "Changes")
  record Listed(
      String executionId,
      int run,
      @Schema(description = "The run's newest commit; null where it changed nothing")
          @Nullable String commit,
      @Schema(description = "How many files changed in all") int total,
      List<ChangedFile> files,
      @Schema(description = "The since of the next page; null on the last one")
          @Nullable Integer next) {}

  /** A changed file. */
  @RegisterForReflection
  @Schema(name = "ChangedFile")
  record ChangedFile(
      String path,
      @Schema(description = "added, changed or removed") String change,
      @Schema(description = "Whether it is no text: such files have no diff") boolean binary,
      long addedLines,
      long removedLines) {
    static ChangedFile of(Changes.File file) {
      return new ChangedFile(
          file.path(), file.kind().wire(), file.binary(), file.addedLines(), file.removedLines());
    }
  }

  /** The change of one file. */
  @RegisterForReflection
  @Schema(name = "FileDiff")
  record FileDiff(
      String executionId,
      int run,
      ChangedFile file,
      @Schema(description = "A unified diff; empty for a binary file") String diff,
      @Schema(description = "Whether the diff is longer than what is told of it: 256 KiB")
          boolean cut) {}

  @GET
  @Path("/changes")
  @Operation(operationId = "changes", summary = "The files that a run changed, by path, in pages")
  public Uni<Listed> changes(
      @PathParam("execution_id") String id,
      @PathParam("run") String run,
      @Parameter(description = "How many files to pass over")
          @QueryParam("since")
          @DefaultValue("0")
          String since,
      @QueryParam("limit") @DefaultValue("200") String limit,
      @Context ContainerRequestContext request) {
    return opened(request, id, run)
        .chain(
            one -> {
              int from = (int) Query.number("since", since, 0, Integer.MAX_VALUE - MOST);
              int most = (int) Query.number("limit", limit, 1, MOST);
              return changes
                  .of(one.id(), one.run())
                  .map(found -> found.orElseThrow(ApiException::notFound))
                  .map(changed -> listed(one, changed, from, most));
            });
  }

  private static Listed listed(Wanted one, Changes.Changed changed, int from, int most) {
    int total = changed.files().size();
    return new Listed(
        one.id().toString(),
        one.run(),
        changed.commit().orElse(null),
        total,
        changed.files().stream().skip(from).limit(most).map(ChangedFile::of).toList(),
        from + most < total ? from + most : null);
  }

  @GET
  @Path("/diff")
  @Operation(operationId = "diff", summary = "What a run changed in one file, as a unified diff")
  public Uni<FileDiff> diff(
      @PathParam("execution_id") String id,
      @PathParam("run") String run,
      @Parameter(description = "One of the changed files", required = true) @QueryParam("path")
          @Nullable String path,
      @Context ContainerRequestContext request) {
    return opened(request, id, run)
        .chain(
            one -> {
              if (path == null || path.isEmpty() || path.indexOf('\0') >= 0) {
                throw Query.wrong("path", "must be the path of a changed file");
              }
              return changes
                  .diff(one.id(), one.run(), path)
                  .map(found -> found.orElseThrow(ApiException::notFound))
                  .map(
                      diff ->
                          new FileDiff(
                              one.id().toString(),
                              one.run(),
                              ChangedFile.of(diff.file()),
                              diff.text(),
                              diff.cut()));
            });
  }

  private record Wanted(ExecutionId id, int run) {}

  /** A run that there was, of an execution that the caller may see. */
  private Uni<Wanted> opened(ContainerRequestContext request, String id, String run) {
    return access
        .open(request, id)
        .chain(
            opened ->
                executions
                    .snapshot(opened.tenant(), opened.id(), Long.MAX_VALUE, 0)
                    .map(
                        found -> {
                          int newest = found.orElseThrow(ApiException::notFound).run();
                          int wanted = Query.optional("run", run).orElseThrow();
                          if (wanted > newest) {
                            throw ApiException.notFound();
                          }
                          return new Wanted(opened.id(), wanted);
                        }));
  }
}
