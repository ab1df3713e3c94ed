package dev.tmuxbuilder.api;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Every operation can be refused, always in the same form: the document says so once for all. */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class ProblemAnswers implements OASFilter {
  private static final Map<String, String> REFUSALS =
      Map.of(
          "400", "Something in the request is not right; each bad field is named",
          "401", "No credentials, or none that are known",
          "404", "There is no such thing, or it is not the caller's",
          "409", "The state does not allow it",
          "413", "The body is too large",
          "415", "The body must be JSON",
          "422", "A setting is missing, or the key was used for another body",
          "429", "Too many requests; Retry-After says when to come again",
          "500", "The service itself failed; the detail has an id to quote",
          "503", "Not now; Retry-After says when to come again");

  private static final List<String> BODY_ONLY = List.of("413", "415", "422", "429", "409");

  @Override
  public Operation filterOperation(Operation operation) {
    REFUSALS.forEach(
        (status, description) -> {
          boolean applies = operation.getRequestBody() != null || !BODY_ONLY.contains(status);
          if (applies && !operation.getResponses().hasAPIResponse(status)) {
            operation.getResponses().addAPIResponse(status, refusal(description));
          }
        });
    return operation;
  }

  private static APIResponse refusal(String description) {
    return OASFactory.createAPIResponse()
        .description(description)
        .content(
            OASFactory.createContent()
                .addMediaType(
                    Problem.MEDIA_TYPE,
                    OASFactory.createMediaType()
                        .schema(OASFactory.createSchema().ref("#/components/schemas/Problem"))));
  }
}
