package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.Attachment;
import dev.tmuxbuilder.execution.Attachments;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** What a user sent with the brief and with messages. */
@Path("/api/executions/{execution_id}/files")
class FilesResource {
  /** Whatever a file holds, it runs nothing and loads nothing where a browser opens it. */
  private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

  private final Access access;
  private final Attachments attachments;

  FilesResource(Access access, Attachments attachments) {
    this.access = access;
    this.attachments = attachments;
  }

  /** All files of an execution. */
  @Schema(name = "Files")
  @RegisterForReflection
  record Sent(String executionId, List<Attachment> files) {}

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(operationId = "files", summary = "What came with the brief and with messages")
  @APIResponse(
      responseCode = "200",
      description = "Those of the brief first, then as they came",
      content = @Content(schema = @Schema(implementation = Sent.class)))
  public Uni<Response> list(
      @PathParam("execution_id") String id, @Context ContainerRequestContext request) {
    return access
        .open(request, id)
        .chain(opened -> attachments.of(opened.tenant(), opened.id()))
        .map(files -> Response.ok(new Sent(id, files)).build());
  }

  @GET
  @Path("{file_id}")
  @Produces({MediaType.APPLICATION_OCTET_STREAM, MediaType.APPLICATION_JSON})
  @Operation(operationId = "file", summary = "One of them, as it came")
  @APIResponse(
      responseCode = "200",
      description = "Its bytes",
      content = @Content(mediaType = MediaType.APPLICATION_OCTET_STREAM))
  public Uni<Response> file(
      @PathParam("execution_id") String id,
      @PathParam("file_id") String file,
      @Context ContainerRequestContext request) {
    return access
        .open(request, id)
        .chain(opened -> attachments.content(opened.tenant(), opened.id(), fileId(file)))
        .map(found -> found.orElseThrow(ApiException::notFound))
        .map(FilesResource::answer);
  }

  private static UUID fileId(String text) {
    try {
      return Optional.of(UUID.fromString(text))
          .filter(id -> id.toString().equals(text))
          .orElseThrow(ApiException::notFound);
    } catch (IllegalArgumentException notOne) {
      throw ApiException.notFound();
    }
  }

  private static Response answer(Attachments.Content content) {
    Attachment file = content.attachment();
    String name = URLEncoder.encode(file.name(), StandardCharsets.UTF_8).replace("+", "%20");
    String type = file.mediaType();
    return Response.ok(content.bytes())
        .type(type.startsWith("text/") ? "text/plain;charset=UTF-8" : type)
        .header(HttpHeaders.CACHE_CONTROL, "private, max-age=31536000, immutable")
        .header(HttpHeaders.CONTENT_DISPOSITION, "inline; filename*=UTF-8''" + name)
        .header("Content-Security-Policy", POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .build();
  }
}
