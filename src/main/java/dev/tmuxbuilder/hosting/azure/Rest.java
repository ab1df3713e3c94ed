package dev.tmuxbuilder.hosting.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.management.exception.ManagementError;
import com.azure.core.management.exception.ManagementException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.tmuxbuilder.execution.Json;
import reactor.core.publisher.Mono;

/**
 * Calls for which the SDK's clients of this service have no word: over the same pipeline, so with
 * the same credentials, retries and failures.
 *
 * @param endpoint of Resource Manager
 */
record Rest(HttpPipeline pipeline, String endpoint) {

  /**
   * @param path with its query
   */
  Mono<JsonNode> get(String path) {
    return send(new HttpRequest(HttpMethod.GET, address(path)));
  }

  /**
   * @param body to be written as JSON
   */
  Mono<JsonNode> post(String path, Object body) {
    HttpRequest request = new HttpRequest(HttpMethod.POST, address(path));
    request.setHeader(HttpHeaderName.CONTENT_TYPE, "application/json");
    return send(request.setBody(Json.write(body)));
  }

  /** The next page of an answer is at a whole address. */
  private String address(String path) {
    return path.startsWith("/") ? endpoint.replaceAll("/+$", "") + path : path;
  }

  private Mono<JsonNode> send(HttpRequest request) {
    return pipeline
        .send(request)
        .flatMap(
            answer ->
                answer
                    .getBodyAsString()
                    .defaultIfEmpty("")
                    .flatMap(
                        body ->
                            answer.getStatusCode() < 400
                                ? Mono.just(tree(body))
                                : Mono.error(refusal(answer, tree(body)))));
  }

  private static ManagementException refusal(HttpResponse answer, JsonNode body) {
    JsonNode error = body.path("error");
    String message = error.path("message").asText();
    return new ManagementException(
        message, answer, new ManagementError(error.path("code").asText(), message));
  }

  /** Of what is no JSON nothing can be read. */
  private static JsonNode tree(String body) {
    try {
      JsonNode tree = Json.mapper().readTree(body);
      return tree == null ? MissingNode.getInstance() : tree;
    } catch (JsonProcessingException other) {
      return MissingNode.getInstance();
    }
  }
}
