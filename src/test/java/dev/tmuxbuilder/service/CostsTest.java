package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.hosting.aws.Account;
import dev.tmuxbuilder.hosting.aws.CloudFrontStandIn;
import dev.tmuxbuilder.hosting.aws.Emulator;
import java.nio.file.Path;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a site on AWS costs, what its tenant may spend, and what is nobody's there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CostsTest {
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final String MONTH = YearMonth.now(ZoneOffset.UTC).toString();

  private Emulator emulator;
  private CloudFrontStandIn edge;
  private Account account;
  private ServerProcess server;
  private Map<String, Object> wish;
  private Client.Created site;

  @BeforeAll
  void start(@TempDir Path directory) {
    emulator = Emulator.start(Map.of());
    edge = new CloudFrontStandIn(emulator.endpoint());
    account = new Account(emulator.endpoint());
    server =
        new ServerProcess(directory.resolve("data"))
            .with("TMUXBUILDER_AWS_ENDPOINT", emulator.endpoint().toString())
            .with("TMUXBUILDER_AWS_PAUSE", "100ms")
            .with("TMUXBUILDER_AWS_COST_EXPLORER", "true")
            .with("TMUXBUILDER_COSTS_EVERY", "1s")
            .with("TMUXBUILDER_SWEEPER_EVERY", "500ms")
            .with(
                "TMUXBUILDER_VERIFY_CONNECT_TO", "*.cloudfront.net=http://127.0.0.1:" + edge.port())
            .start();
    wish = Client.wish("# Costly");
    wish.put("host_provider", "aws");
    site = server.client().create(wish);
    site.completed();
  }

  @AfterAll
  void stop() {
    server.close();
    account.close();
    edge.close();
    emulator.close();
  }

  private static void soon(String what, Callable<Boolean> condition) {
    Awaitility.await(what).atMost(SOON).pollInterval(Duration.ofMillis(200)).until(condition);
  }

  private JsonNode operator(String path) {
    return server.operator().json(server.operator().get(path), 200);
  }

  private String user() {
    return site.answer().get("user_id").asText();
  }

  private String tenant() {
    return operator("/api/costs?by=tenant&user=" + user())
        .get("costs")
        .get(0)
        .get("tenant_id")
        .asText();
  }

  @Test
  void aSiteIsEstimatedByItsReceiptsForTheTimeItLivedAndChargedByTheBill() {
    JsonNode mine =
        site.client()
            .json(site.client().get("/api/user/" + user() + "/costs"), 200)
            .get("costs")
            .get(0);
    double monthly =
        site.client()
            .json(site.client().get("/api/executions/" + site.id() + "/receipts/1"), 200)
            .get("cost_estimate")
            .get("monthly")
            .asDouble();
    assertThat(mine.get("session_id").asText()).isEqualTo(site.answer().get("session_id").asText());
    assertThat(mine.get("month").asText()).isEqualTo(MONTH);
    assertThat(mine.get("estimated").asDouble()).isBetween(0.0, monthly / 100);

    emulator.charges(MONTH + "-01", Map.of(site.id(), "1.25", "", "7.5"));
    soon(
        "the bill is read",
        () ->
            operator("/api/costs?by=session&user=" + user())
                .get("costs")
                .get(0)
                .path("actual")
                .isNumber());
    JsonNode all = operator("/api/costs?by=user,month&from=" + MONTH + "&to=" + MONTH);
    assertThat(all.get("costs").findValuesAsText("actual")).contains("1.25", "7.5");
    assertThat(all.get("costs").findValuesAsText("user_id")).contains(user(), "null");
    assertThat(all.get("basis").get("actual").asText()).contains("Cost Explorer");
    assertThat(all.get("basis").get("bills").get(0).get("read_at").isNull()).isFalse();
    assertThat(operator("/api/costs?from=2020-01").get("costs")).isEmpty();
  }

  @Test
  void onesOwnCostsAreForOneselfAndAllAreForTheOperator() {
    Client.Created other = server.client().create("# Other");
    assertThat(other.client().get("/api/user/" + user() + "/costs").statusCode()).isEqualTo(404);
    assertThat(other.client().get("/api/costs").statusCode()).isEqualTo(403);
    assertThat(server.client().get("/api/costs").statusCode()).isEqualTo(401);
    for (String wrong :
        List.of("from=2026", "from=2026-01&to=2025-12", "by=colour", "limit=0", "tenant=x")) {
      assertThat(server.operator().get("/api/costs?" + wrong).statusCode())
          .as(wrong)
          .isEqualTo(400);
    }
  }

  @Test
  void aTenantThatIsOverItsBudgetStartsNothingAndKeepsWhatItHas() {
    String budget = "/api/tenants/" + tenant() + "/budget";
    JsonNode set = put(budget, "{\"monthly\": 0}", 200);
    assertThat(set.get("reached").asBoolean()).isTrue();
    JsonNode refused =
        site.client().json(site.client().post("/api/redeploy/" + site.id(), ""), 409);
    assertThat(refused.get("code").asText()).isEqualTo("budget_reached");
    assertThat(refused.get("detail").asText()).contains("budget is 0 USD");
    JsonNode sessions = operator("/api/user/" + user() + "/sessions");
    assertThat(site.client().post("/api/create-user", Client.text(wish)).statusCode())
        .isEqualTo(409);
    assertThat(operator("/api/user/" + user() + "/sessions")).isEqualTo(sessions);
    site.post("rollback", "{\"release\": 1}").end();

    assertThat(put(budget, "{\"monthly\": 1000.5}", 200).get("reached").asBoolean()).isFalse();
    site.post("redeploy", "").end();
    put(budget, "{\"monthly\": -1}", 400);
    put(budget, "{\"monthly\": 1, \"currency\": \"usd\"}", 400);
    put("/api/tenants/00000000-0000-4000-8000-000000000000/budget", "{\"monthly\": 1}", 404);
    assertThat(server.operator().delete(budget).statusCode()).isEqualTo(204);
    assertThat(server.operator().get(budget).statusCode()).isEqualTo(404);
    assertThat(site.client().get(budget).statusCode()).isEqualTo(403);
  }

  private JsonNode put(String path, String body, int status) {
    Client operator = server.operator();
    return operator.json(
        operator.send(
            operator
                .request(path)
                .header("Content-Type", "application/json")
                .PUT(java.net.http.HttpRequest.BodyPublishers.ofString(body))),
        status);
  }

  @Test
  void whatIsNobodysIsToldAndRemovedOnlyWhenSomebodySaysSo() {
    String stranger = "tmux-" + user() + "-left-over";
    account.bucket(stranger, Map.of());
    account.bucket(
        "tmux-of-a-lost-session",
        Map.of(
            "Project", "tmux-builder",
            "ExecutionID", "9b2f0c4e-0000-4000-8000-000000000000_sess_20250101_000000_aaaa"));
    soon("both are told", () -> operator("/api/orphans").get("orphans").size() == 2);
    JsonNode told = operator("/api/orphans");
    assertThat(told.get("orphans").findValuesAsText("reason"))
        .containsExactlyInAnyOrder("no_owner", "no_session");
    assertThat(told.get("looks").get(0).get("problem").isNull()).isTrue();
    assertThat(server.operator().get("/q/metrics").body())
        .containsPattern("tmuxbuilder_orphans\\{[^}]*host=\"aws\"[^}]*} 2");

    String own =
        site.client()
            .json(site.client().get("/api/executions/" + site.id() + "/resources"), 200)
            .get("resources")
            .get(0)
            .get("id")
            .asText();
    remove(own, 409);
    remove("tmux-of-a-lost-session", 202);
    soon("it is gone", () -> operator("/api/orphans").get("orphans").size() == 1);
    assertThat(account.everything())
        .contains("bucket " + stranger, "bucket " + own)
        .doesNotContain("bucket tmux-of-a-lost-session");
    assertThat(site.client().get("/api/orphans").statusCode()).isEqualTo(403);
    remove(stranger, 202);
    soon("nothing is left", () -> operator("/api/orphans").get("orphans").isEmpty());
  }

  private void remove(String bucket, int status) {
    Client operator = server.operator();
    operator.json(
        operator.post(
            "/api/orphans/remove",
            "{\"orphans\": [{\"provider\": \"aws\", \"type\": \"AWS::S3::Bucket\", \"id\": \""
                + bucket
                + "\"}]}"),
        status);
  }
}
