package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.tmuxbuilder.gateway.AgentAtWork;
import dev.tmuxbuilder.gateway.GatewayCalls;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Who may do what at the doors that the OpenAPI document does not show: pages, agents' verbs, the
 * gateway to models. All of them are found, not listed; one without a row here fails.
 */
@ExtendWith(SharedServer.class)
class DoorsTest {
  /** What a page asks of who opens it. */
  private enum Needs {
    NOTHING,
    ANYBODY_KNOWN,
    A_USER,
    VIEWER,
    OPERATOR
  }

  private static final Map<String, Needs> PAGES =
      Map.ofEntries(
          Map.entry("GET /", Needs.ANYBODY_KNOWN),
          Map.entry("GET /new", Needs.NOTHING),
          Map.entry("POST /new/preview", Needs.NOTHING),
          Map.entry("GET /team", Needs.A_USER),
          Map.entry("GET /operator", Needs.OPERATOR),
          Map.entry("GET /operator/now", Needs.OPERATOR),
          Map.entry("GET /operator/strays", Needs.OPERATOR),
          Map.entry("GET /operator/logging", Needs.OPERATOR),
          Map.entry("GET /share/{token}", Needs.NOTHING),
          Map.entry("GET /share/{token}/picture.png", Needs.NOTHING),
          Map.entry("GET /share/{token}/badge.svg", Needs.NOTHING),
          Map.entry("GET /share/{token}/oembed.json", Needs.NOTHING),
          Map.entry("GET /sign-in", Needs.NOTHING),
          Map.entry("POST /sign-in", Needs.NOTHING),
          Map.entry("GET /sign-in/provider", Needs.NOTHING),
          Map.entry("GET /sign-in/provider/done", Needs.NOTHING),
          Map.entry("POST /sign-out", Needs.NOTHING),
          Map.entry("GET /sites/{execution_id}", Needs.VIEWER),
          Map.entry("GET /sites/{execution_id}/part/{part}", Needs.VIEWER),
          Map.entry("GET /sites/{execution_id}/runs/{run}/changes", Needs.VIEWER));

  /** Agents' verbs, with what each does to be told apart from what only looks. */
  private static final Map<String, Boolean> VERBS =
      Map.of(
          "report_progress", true,
          "ask_user", true,
          "deploy", true,
          "place_file", true,
          "run_checks", false,
          "screenshot", false,
          "get_logs", false,
          "get_status", false,
          "list_skills", false,
          "read_skill", false);

  private static final List<String> GATEWAY =
      List.of(
          "GET /openai/v1/models",
          "GET /v1/models",
          "POST /openai/v1/chat/completions",
          "POST /v1/messages",
          "POST /v1/messages/count_tokens");

  private final ServerProcess server;
  private final Client nobody;

  DoorsTest(ServerProcess server) {
    this.server = server;
    this.nobody = server.client();
  }

  @AfterEach
  void nothingRunsOn() {
    server.cancelWhatRuns();
  }

  /** Method and path of every page, from the classes themselves. */
  private static List<String> pages() {
    List<String> pages = new ArrayList<>();
    for (JavaClass page : new ClassFileImporter().importPackages("dev.tmuxbuilder.web")) {
      if (page.isAnnotatedWith(Path.class)) {
        String root = page.getAnnotationOfType(Path.class).value();
        for (JavaMethod method : page.getMethods()) {
          method
              .getAnnotations()
              .forEach(
                  annotation -> {
                    String name = annotation.getRawType().getSimpleName();
                    if (annotation.getRawType().getPackageName().equals(GET.class.getPackageName())
                        && List.of("GET", "POST", "PUT", "DELETE").contains(name)) {
                      pages.add(name + " " + path(root, method));
                    }
                  });
        }
      }
    }
    return pages;
  }

  private static String path(String root, JavaMethod method) {
    String below =
        method.isAnnotatedWith(Path.class) ? method.getAnnotationOfType(Path.class).value() : "";
    String path = ("/" + root + "/" + below).replaceAll("/+", "/");
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  @Test
  void everyPageOpensForThoseWhomItsRowNames() throws Exception {
    Organisation ours = Organisation.of(nobody);
    JsonNode revoked = ours.token("admin", Optional.empty());
    ours.admin().delete(ours.path("/tokens/" + revoked.get("token_id").asText()));
    Map<String, Client> callers = new LinkedHashMap<>();
    callers.put("nobody", nobody);
    callers.put("forged", nobody.as("tb_" + UUID.randomUUID()));
    callers.put("revoked", nobody.as(revoked.get("token").asText()));
    callers.put("other", nobody.create("# Other").client());
    callers.put("viewer", ours.member("viewer"));
    callers.put("admin", ours.admin());
    callers.put("operator", server.operator());

    SoftAssertions matrix = new SoftAssertions();
    for (String page : pages()) {
      Needs needs = PAGES.get(page);
      matrix.assertThat(needs).as("the page " + page + " has no row").isNotNull();
      if (needs != null) {
        callers.forEach((who, client) -> check(matrix, page, needs, who, open(page, ours, client)));
      }
    }
    assertThat(pages()).as("pages that are gone").containsAll(PAGES.keySet());
    matrix.assertAll();
  }

  private static void check(
      SoftAssertions matrix, String page, Needs needs, String who, HttpResponse<String> answer) {
    var cell = matrix.assertThat(answer.statusCode()).as(page + " " + who);
    boolean bad = who.equals("forged") || who.equals("revoked");
    if (bad || page.equals("POST /sign-in")) { // without a token in its form it is nobody's
      cell.isEqualTo(401);
    } else if (who.equals("nobody") && needs != Needs.NOTHING) {
      cell.isEqualTo(303);
      matrix
          .assertThat(answer.headers().firstValue("Location").orElse(""))
          .as(page + " leads " + who)
          .contains("/sign-in");
    } else if ((needs == Needs.VIEWER && who.equals("other"))
        || (needs == Needs.A_USER && who.equals("operator"))) {
      cell.isEqualTo(404);
    } else if (needs == Needs.OPERATOR && !who.equals("operator")) {
      cell.isEqualTo(403);
    } else {
      cell.isNotIn(401).isLessThan(500);
      if (page.startsWith("GET") && needs != Needs.NOTHING) {
        cell.isEqualTo(200);
      }
    }
  }

  private static HttpResponse<String> open(String page, Organisation ours, Client client) {
    String method = page.substring(0, page.indexOf(' '));
    String path =
        page.substring(page.indexOf(' ') + 1)
            .replace("{execution_id}", ours.execution())
            .replace("{part}", "progress")
            .replace("{run}", "1")
            .replace("{token}", "0".repeat(32));
    return client.send(
        client
            .request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Sec-Fetch-Site", "same-origin")
            .method(
                method,
                method.equals("POST")
                    ? HttpRequest.BodyPublishers.ofString("")
                    : HttpRequest.BodyPublishers.noBody()));
  }

  /** All who are not the agent of the site in question, with what each holds. */
  private Map<String, String> strangers(AgentAtWork agent, AgentAtWork ended) throws Exception {
    Map<String, String> strangers = new TreeMap<>();
    strangers.put("forged", "tba_" + UUID.randomUUID());
    strangers.put("the site's own admin", agent.site().client().token().orElseThrow());
    strangers.put("another tenant's admin", nobody.create("# X").client().token().orElseThrow());
    strangers.put("the operator", server.operator().token().orElseThrow());
    strangers.put("an agent whose run is over", ended.token());
    return strangers;
  }

  @Test
  void everyVerbIsForTheAgentThatWorksAndForNobodyElse() throws Exception {
    AgentAtWork agent = AgentAtWork.begin(server);
    AgentAtWork ended = AgentAtWork.begin(server);
    ended.set("cancelled");
    String connection = connect(agent.token());
    Map<String, Boolean> seen = new HashMap<>();
    JsonNode tools =
        Client.tree(json(rpc(agent.token(), connection, "tools/list", Map.of()).body()))
            .at("/result/tools");

    SoftAssertions matrix = new SoftAssertions();
    matrix.assertThat(tools.size()).as("verbs").isEqualTo(VERBS.size());
    for (JsonNode tool : tools) {
      String verb = tool.get("name").asText();
      matrix.assertThat(VERBS).as("the verb " + verb + " has no row").containsKey(verb);
      Map<String, Object> call = Map.of("name", verb, "arguments", arguments(tool));
      for (Map.Entry<String, String> stranger : strangers(agent, ended).entrySet()) {
        matrix
            .assertThat(rpc(stranger.getValue(), connection, "tools/call", call).statusCode())
            .as(verb + " " + stranger.getKey())
            .isEqualTo(401);
      }
      HttpResponse<String> own = rpc(agent.token(), connection, "tools/call", call);
      matrix.assertThat(own.statusCode()).as(verb + " its agent").isEqualTo(200);
      seen.put(verb, true);
    }
    matrix.assertThat(seen.keySet()).isEqualTo(VERBS.keySet());
    agent.set("cancelled");
    matrix.assertAll();
  }

  private static Map<String, Object> arguments(JsonNode tool) {
    Map<String, Object> arguments = new HashMap<>();
    tool.at("/inputSchema/required")
        .forEach(name -> arguments.put(name.asText(), name.asText().equals("percent") ? 1 : "x"));
    return arguments;
  }

  private String connect(String token) {
    return rpc(
            token,
            "",
            "initialize",
            Map.of(
                "protocolVersion",
                "2025-03-26",
                "capabilities",
                Map.of(),
                "clientInfo",
                Map.of("name", "test", "version", "1")))
        .headers()
        .firstValue("mcp-session-id")
        .orElseThrow();
  }

  private HttpResponse<String> rpc(
      String token, String connection, String method, Map<String, Object> parameters) {
    HttpRequest.Builder request =
        nobody
            .as(token)
            .request("/mcp")
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream");
    if (!connection.isEmpty()) {
      request.header("mcp-session-id", connection);
    }
    return nobody.send(
        request.POST(
            HttpRequest.BodyPublishers.ofString(
                Client.text(
                    Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", parameters)))));
  }

  /** An answer is JSON, or one event of a stream. */
  private static String json(String body) {
    return body.lines()
        .filter(line -> line.startsWith("data:"))
        .map(line -> line.substring(5).strip())
        .reduce((first, last) -> last)
        .orElse(body);
  }

  @Test
  void everyCallOfTheGatewayIsForTheAgentThatWorksAndForNobodyElse() throws Exception {
    assertThat(GatewayCalls.all()).containsExactlyInAnyOrderElementsOf(GATEWAY);
    AgentAtWork agent = AgentAtWork.begin(server);
    AgentAtWork other = AgentAtWork.begin(server);
    AgentAtWork ended = AgentAtWork.begin(server);
    ended.set("cancelled");
    Map<String, String> strangers = strangers(agent, ended);
    strangers.put("another site's agent", other.token());
    SoftAssertions matrix = new SoftAssertions();
    for (String call : GATEWAY) {
      for (Map.Entry<String, String> stranger : strangers.entrySet()) {
        matrix
            .assertThat(gateway(call, agent, stranger.getValue()))
            .as(call + " " + stranger.getKey())
            .isEqualTo(401);
      }
      matrix
          .assertThat(gateway(call, agent, agent.token()))
          .as(call + " its agent, on a server without a provider")
          .isEqualTo(503);
    }
    matrix.assertThat(gateway("GET /v1/files", agent, agent.token())).isEqualTo(404);
    agent.set("cancelled");
    other.set("cancelled");
    matrix.assertAll();
  }

  private int gateway(String call, AgentAtWork agent, String token) {
    String path = "/gateway/" + agent.site().id() + call.substring(call.indexOf(' ') + 1);
    String method = call.substring(0, call.indexOf(' '));
    return nobody
        .send(
            nobody
                .as(token)
                .request(path)
                .header("Content-Type", "application/json")
                .method(
                    method,
                    method.equals("POST")
                        ? HttpRequest.BodyPublishers.ofString("{}")
                        : HttpRequest.BodyPublishers.noBody()))
        .statusCode();
  }
}
