package dev.tmuxbuilder.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tmuxbuilder.execution.Archive;
import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.Conversations;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Nodes;
import dev.tmuxbuilder.execution.Receipt;
import dev.tmuxbuilder.execution.StatusDocument;
import dev.tmuxbuilder.hosting.Inspection;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What the answers look like; Jackson writes the names in snake_case. */
@RegisterForReflection(
    targets = {
      Problem.class,
      Problem.FieldError.class,
      Views.Created.class,
      Views.Started.class,
      Views.Message.class,
      Views.Chat.class,
      Conversations.Entry.class,
      StatusDocument.class,
      StatusDocument.Step.class,
      StatusDocument.Log.class,
      Views.Sessions.class,
      Views.Session.class,
      Views.Receipts.class,
      Views.Resources.class,
      Views.Held.class,
      Views.Tests.class,
      Views.Shared.class
    })
final class Views {
  private Views() {}

  /** The answer to create-user. */
  record Created(
      String executionId,
      String userId,
      String sessionId,
      boolean isNewUser,
      String statusUrl,
      String streamUrl,
      @JsonInclude(JsonInclude.Include.NON_NULL)
          @Schema(description = "Only where this call created the user; shown once")
          @Nullable String accessToken) {}

  /** The answer to whatever starts a run. */
  record Started(int run) {}

  /** The answer to a message: the run that will answer it. */
  record Message(String messageId, int run) {}

  /** What was said. */
  record Chat(List<Conversations.Entry> messages, @Nullable Long next) {
    static Chat of(List<Conversations.Entry> entries, int limit) {
      return new Chat(entries, entries.size() < limit ? null : entries.getLast().seq());
    }
  }

  /** The nodes that live. */
  @Schema(name = "Nodes")
  record NodeList(List<Node> nodes) {
    static NodeList of(List<Nodes.Node> nodes) {
      return new NodeList(nodes.stream().map(Node::of).toList());
    }
  }

  /** One node. */
  record Node(
      String name,
      String version,
      @Schema(description = "Runs that it works on now") int running,
      @Schema(description = "Runs that it works on at a time, at most") int concurrent,
      @Schema(description = "Whether it is about to end and takes no more") boolean draining,
      Instant startedAt,
      Instant heardAt) {
    static Node of(Nodes.Node node) {
      return new Node(
          node.name(),
          node.version(),
          node.running(),
          node.concurrent(),
          node.draining(),
          node.startedAt(),
          node.heardAt());
    }
  }

  /** What a session holds on its host. */
  record Resources(String executionId, List<Held> resources) {
    static Resources of(ExecutionId id, Inspection inspection) {
      return new Resources(
          id.toString(),
          inspection.items().stream()
              .map(
                  item ->
                      new Held(
                          item.resource().provider(),
                          item.resource().type(),
                          item.resource().id(),
                          item.resource().region(),
                          item.resource().tags(),
                          item.present(),
                          item.drift()))
              .toList());
    }
  }

  /** One resource. */
  record Held(
      String provider,
      String type,
      String id,
      String region,
      Map<String, String> tags,
      @Schema(description = "Whether it is there") boolean present,
      @Schema(description = "What is not as it was made, in words; empty where all is well")
          List<String> drift) {}

  /** A user's sessions. */
  record Sessions(
      List<Session> sessions,
      @Schema(description = "Where the next page is; null on the last one")
          @Nullable String next) {}

  /** One session. */
  record Session(
      String sessionId,
      String executionId,
      String hostProvider,
      String siteType,
      String status,
      @Nullable String url,
      @Nullable Integer release,
      Instant createdAt) {
    static Session of(Archive.Session session) {
      return new Session(
          session.id().session().toString(),
          session.id().toString(),
          session.host().wire(),
          session.siteType().wire(),
          session.status().wire(),
          session.url(),
          session.release(),
          session.createdAt());
    }
  }

  /** The answer to share. */
  record Shared(
      @Schema(description = "A page that anybody may read") String shareUrl,
      @Schema(description = "The state as a small picture for anybody") String badgeUrl) {}

  /** All receipts of an execution. */
  record Receipts(List<Receipt> receipts) {}

  /** An end-to-end report. */
  record Tests(
      String executionId,
      int run,
      int release,
      long passed,
      long failed,
      List<CheckResult> checks) {
    static Tests of(ExecutionId id, Archive.Report report) {
      long passed = report.checks().stream().filter(CheckResult::passed).count();
      return new Tests(
          id.toString(),
          report.run(),
          report.release(),
          passed,
          report.checks().size() - passed,
          report.checks());
    }
  }
}
