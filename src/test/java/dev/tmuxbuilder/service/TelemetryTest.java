package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What an operator's tools get to see of a service: metrics, traces, log lines. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TelemetryTest {
  private static final List<String> STEPS =
      List.of(
          "create_user",
          "create_session",
          "generate_site",
          "deploy",
          "health_check",
          "screenshot",
          "e2e_tests");

  private final TraceReceiver collector = new TraceReceiver();
  private ServerProcess server;
  private Client.Created site;
  private Metrics metrics;

  @BeforeAll
  void buildASite(@TempDir Path folder) {
    server =
        collector
            .observe(new ServerProcess(folder.resolve("data")))
            .with("QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true")
            .start();
    site = server.client().create("# A site that is looked at");
    assertThat(
            site.client().stream(
                "/api/status/" + site.id() + "/stream", event -> event.name().equals("end")))
        .isNotEmpty();
    site.completed();
    metrics = Metrics.of(server);
  }

  @AfterAll
  void stop() {
    server.close();
    collector.close();
  }

  @Test
  void aRunIsToBeFoundInTheMetricsWithSensibleValues() {
    for (String step : STEPS) {
      String labels = "{kind=\"build\",outcome=\"completed\",step=\"" + step + "\"}";
      assertThat(metrics.value("tmuxbuilder_step_duration_seconds_count" + labels))
          .as(step)
          .isPositive();
    }
    double steps = metrics.sum("tmuxbuilder_step_duration_seconds_sum");
    assertThat(steps).isPositive();
    assertThat(metrics.sumWhere("cicd_pipeline_run_duration_seconds_sum", "state=\"executing\""))
        .isGreaterThanOrEqualTo(steps);
    assertThat(metrics.sumWhere("cicd_pipeline_run_duration_seconds_count", "state=\"pending\""))
        .isPositive();
    assertThat(metrics.value("tmuxbuilder_lease_taken_total{resumed=\"false\"}")).isPositive();
    assertThat(metrics.value("tmuxbuilder_lease_lost_total")).isZero();
    assertThat(metrics.sum("tmuxbuilder_journal_lines_total")).isGreaterThan(20);
    assertThat(metrics.value("tmuxbuilder_journal_append_seconds_count{outcome=\"written\"}"))
        .isPositive();
    assertThat(metrics.value("tmuxbuilder_stream_lag_seconds_count")).isPositive();
    assertThat(metrics.value("tmuxbuilder_stream_subscribers")).isZero();
    Awaitility.await("what is looked at every few seconds")
        .atMost(Duration.ofSeconds(15))
        .until(
            () -> {
              Metrics now = Metrics.of(server);
              return now.value("tmuxbuilder_database_up") == 1
                  && now.value("tmuxbuilder_nodes") == 1
                  && now.value("tmuxbuilder_queue_depth") == 0
                  && now.value("tmuxbuilder_disk_free_bytes") > 1_000_000;
            });
    assertThat(metrics.text())
        .as("labels take few values")
        .doesNotContain(site.id())
        .doesNotContain(site.answer().get("user_id").asText());
  }

  @Test
  void whatDashboardAndAlertsAskForIsThere() throws IOException {
    Pattern name =
        Pattern.compile("\\b(?:tmuxbuilder|cicd|http_server|sql_pool|agroal|jvm)_[a-z_]+\\b");
    Pattern label = Pattern.compile("\\{[^}]*}|by \\([^)]*\\)|\"legendFormat\".*");
    for (String file : List.of("grafana/tmux-builder.json", "prometheus/alerts.yaml")) {
      List<String> asked =
          Files.readAllLines(Path.of("deploy", file)).stream()
              .map(line -> label.matcher(line).replaceAll(""))
              .flatMap(line -> name.matcher(line).results().map(found -> found.group()))
              .distinct()
              .toList();
      assertThat(asked).as(file).hasSizeGreaterThan(8);
      assertThat(metrics.names()).as(file).containsAll(asked);
    }
  }

  @Test
  void whatIsMeasuredIsExplained() throws IOException {
    String explained = Files.readString(Path.of("docs/metrics.md"));
    assertThat(metrics.names())
        .filteredOn(name -> name.startsWith("tmuxbuilder_"))
        .map(name -> name.replaceFirst("_(bucket|sum|count|max)$", ""))
        .allSatisfy(name -> assertThat(explained).contains("`" + name + "`"));
  }

  @Test
  void everyLineAboutARunSaysInFieldsOfItsOwnWhoseItIs() throws IOException {
    Files.delete(
        server
            .dataDirectory()
            .resolve("users/" + site.answer().get("user_id").asText())
            .resolve("sessions/" + site.answer().get("session_id").asText())
            .resolve("source/index.html"));
    site.post("redeploy", "");
    assertThat(site.end().get("status").asText()).isEqualTo("failed");

    List<JsonNode> lines =
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> linesOfRun("2"), all -> all.size() >= 3);

    assertThat(lines)
        .as("began, failed, ended")
        .hasSize(3)
        .allMatch(
            line ->
                line.at("/mdc/tenant_id").asText().equals(site.answer().get("user_id").asText()));
    assertThat(lines.get(1).at("/mdc/step").asText()).isEqualTo("deploy");
    assertThat(lines.get(1).get("level").asText()).isEqualTo("WARN");
  }

  private List<JsonNode> linesOfRun(String run) throws IOException {
    return Files.readAllLines(server.logFile()).stream()
        .filter(line -> line.startsWith("{") && line.endsWith("}"))
        .map(Client::tree)
        .filter(line -> line.path("mdc").path("execution_id").asText().equals(site.id()))
        .filter(line -> line.path("mdc").path("run").asText().equals(run))
        .toList();
  }

  @Test
  void aRunThatWasInterruptedByACrashIsOneTraceAllTheSame() {
    Client.Created second = server.client().create("# Cut in two");
    Awaitility.await("the first process has told of all before the screenshots, which take long")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                collector.all().stream()
                        .filter(span -> span.getName().equals("health_check"))
                        .count()
                    >= roots() + 1);
    server.kill();
    server.start();
    second.completed();

    List<Span> trace =
        Awaitility.await("the trace is whole")
            .atMost(Duration.ofSeconds(20))
            .until(() -> collector.ofRun(second.id() + "#1"), spans -> !spans.isEmpty());
    List<Span> roots = trace.stream().filter(span -> span.getParentSpanId().isEmpty()).toList();
    assertThat(roots).hasSize(1);
    Span root = roots.getFirst();
    assertThat(TraceReceiver.attribute(root, "cicd.pipeline.result")).isEqualTo("success");
    assertThat(TraceReceiver.attribute(root, "tmuxbuilder.execution.id")).isEqualTo(second.id());
    Map<String, Long> steps =
        trace.stream()
            .filter(span -> span.getParentSpanId().equals(root.getSpanId()))
            .collect(Collectors.groupingBy(Span::getName, Collectors.counting()));
    assertThat(steps.keySet())
        .as("but for one that ended just before the kill, and was not told any more")
        .isSubsetOf(STEPS)
        .hasSizeGreaterThanOrEqualTo(STEPS.size() - 1)
        .contains("create_user", "generate_site", "e2e_tests");
    assertThat(steps.get("generate_site")).as("done by the first process alone").isEqualTo(1);
  }

  private long roots() {
    return collector.all().stream()
        .filter(span -> !TraceReceiver.attribute(span, "cicd.pipeline.run.id").isEmpty())
        .count();
  }

  @Test
  void aServiceOnAnyFreePortStartsSaysWhichAndStops(@TempDir Path folder) {
    try (ServerProcess anywhere =
        new ServerProcess(folder.resolve("anywhere")).with("QUARKUS_HTTP_PORT", "0")) {
      anywhere.launch();
      Pattern said = Pattern.compile("Listening on: (http://127\\.0\\.0\\.1:[1-9][0-9]*)");
      String address =
          Awaitility.await("it says where it listens")
              .atMost(Duration.ofSeconds(60))
              .until(
                  () -> said.matcher(anywhere.log()).results().map(m -> m.group(1)).findFirst(),
                  Optional::isPresent)
              .orElseThrow();

      assertThat(new Client(address, Optional.empty()).answers("/q/health/live")).isTrue();
      assertThat(anywhere.stop()).isLessThan(Duration.ofSeconds(10));
    }
  }
}
