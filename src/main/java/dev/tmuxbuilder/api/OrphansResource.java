package dev.tmuxbuilder.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.sweeper.Orphans;
import dev.tmuxbuilder.sweeper.Sweeper;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Resources on hosts that are nobody's. */
@Path("/api/orphans")
@Produces(MediaType.APPLICATION_JSON)
class OrphansResource {
  private static final int MOST = 500;
  private static final Set<String> MEMBERS = Set.of("provider", "type", "id");

  private final Orphans orphans;
  private final Sweeper sweeper;

  OrphansResource(Orphans orphans, Sweeper sweeper) {
    this.orphans = orphans;
    this.sweeper = sweeper;
  }

  @GET
  @Operation(
      operationId = "orphans",
      summary = "Resources on hosts that are nobody's, or do not say whose (operator)")
  public Uni<CostViews.OrphanList> list(@Context ContainerRequestContext request) {
    Access.requireOperator(request);
    return Uni.combine().all().unis(orphans.all(), orphans.looks()).with(CostViews.OrphanList::of);
  }

  /** What is sent, for the OpenAPI document. */
  @Schema(name = "RemovalRequest")
  record Wish(@Schema(required = true, minItems = 1, maxItems = MOST) List<Named> orphans) {}

  /** A resource by its name. */
  @Schema(name = "OrphanName")
  record Named(
      @Schema(required = true) String provider,
      @Schema(required = true) String type,
      @Schema(required = true) String id) {}

  @POST
  @Path("/remove")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "removeOrphans",
      summary = "Removes these, after another look that they are nobody's still (operator)")
  @RequestBody(content = @Content(schema = @Schema(implementation = Wish.class)))
  @APIResponse(
      responseCode = "202",
      description = "They are being removed; the list says what became of each",
      content = @Content(schema = @Schema(implementation = CostViews.Asked.class)))
  public Uni<Response> remove(byte[] body, @Context ContainerRequestContext request) {
    Access.requireOperator(request);
    List<Orphans.Name> names = names(body);
    return orphans
        .requestRemoval(names, Access.caller(request).name())
        .map(
            refused -> {
              if (!refused.isEmpty()) {
                throw ApiException.fields(
                    ProblemCode.CONFLICT,
                    "Nothing was removed: not in the list, or not removable: "
                        + refused.stream().map(Orphans.Name::id).collect(Collectors.joining(", ")),
                    List.of());
              }
              sweeper.wake();
              return Response.accepted(new CostViews.Asked(names.size())).build();
            });
  }

  private static List<Orphans.Name> names(byte[] body) {
    Fields fields = Fields.read(body);
    List<JsonNode> items = fields.list("orphans", MOST);
    List<Orphans.Name> names = new ArrayList<>();
    for (JsonNode item : items) {
      if (isName(item)) {
        names.add(
            new Orphans.Name(
                item.get("provider").textValue(),
                item.get("type").textValue(),
                item.get("id").textValue()));
      } else {
        fields.wrong("orphans", "each must have provider, type and id, as the list has them");
        break;
      }
    }
    fields.check();
    return names.stream().distinct().toList();
  }

  private static boolean isName(JsonNode item) {
    return item.isObject()
        && item.size() == MEMBERS.size()
        && MEMBERS.stream()
            .allMatch(
                name ->
                    item.path(name).isTextual() && item.get(name).textValue().indexOf('\0') < 0);
  }
}
