package dev.tmuxbuilder.service;

import static dev.tmuxbuilder.service.ServerDatabase.execute;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a service leaves undone, so that it stays quick and small. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FrugalityTest {
  /** Every way to a tenant's tables begins with one of these. */
  private static final Pattern QUESTION =
      Pattern.compile("set local app\\.|set_config|newest_line|whose_token|tenant_of_user");

  private ServerProcess server;
  private Client.Created site;
  private String url;

  @BeforeAll
  void buildASite(@TempDir Path folder) {
    server = new ServerProcess(folder.resolve("data")).start();
    site = server.client().create("# A quiet site\n\n## Here\n\nAll is well.");
    url = site.completed().get("url").asText();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void aStatusThatWasGivenBeforeIsGivenAgainWithoutAskingTheDatabase() throws Exception {
    ServerDatabase database = new ServerDatabase(server.dataDirectory());
    try (Connection superuser = database.asSuperuser()) {
      execute(superuser, "alter system set log_statement = 'all'");
      execute(superuser, "select pg_reload_conf()");
      String status = site.client().get("/api/status/" + site.id()).body();
      Awaitility.await("every statement is logged")
          .until(
              () -> {
                String fresh = "?limit=" + (10 + questions(database) % 200);
                site.client().get("/api/status/" + site.id() + fresh);
                return questions(database) > 0;
              });

      long before = questions(database);
      for (int i = 0; i < 20; i++) {
        assertThat(site.client().get("/api/status/" + site.id()).body()).isEqualTo(status);
      }
      assertThat(questions(database)).isEqualTo(before);

      site.client().get("/api/status/" + site.id() + "?since=1&limit=7");
      assertThat(questions(database)).as("a page that nobody asked for yet").isGreaterThan(before);
    } finally {
      try (Connection superuser = database.asSuperuser()) {
        execute(superuser, "alter system reset log_statement");
        execute(superuser, "select pg_reload_conf()");
      }
    }
  }

  private static long questions(ServerDatabase database) throws IOException {
    try (Stream<String> lines = Files.lines(database.log())) {
      return lines.filter(line -> QUESTION.matcher(line).find()).count();
    }
  }

  @Test
  void aCrawlerOfTheSitesMakesNoMetricForEachPath() {
    SiteReader reader = new SiteReader(server, url);
    assertThat(reader.get("/").status()).isEqualTo(200);
    for (String path : List.of("/sitemap.xml", "/robots.txt", "/404.html", "/preview.png")) {
      assertThat(reader.get(path).status()).as(path).isEqualTo(200);
    }
    for (int i = 0; i < 500; i++) {
      assertThat(reader.get("/page-" + i + "/").status()).isEqualTo(404);
    }

    site.status();
    List<String> metrics =
        server.client().get("/q/metrics").body().lines().filter(l -> !l.startsWith("#")).toList();

    assertThat(metrics).anyMatch(line -> line.contains("uri=\"/{site}\""));
    assertThat(metrics)
        .filteredOn(line -> line.startsWith("http_server_requests"))
        .noneMatch(line -> line.contains("page-"))
        .noneMatch(line -> line.contains("sitemap.xml") || line.contains("preview.png"))
        .hasSizeLessThan(100);
    assertThat(metrics)
        .as("the API is still measured")
        .anyMatch(line -> line.contains("uri=\"/api/status/{execution_id}\""));
  }

  @Test
  void aServiceThatWasKilledLeavesNothingInTheTemporaryFolder() throws IOException {
    Path temporary = server.dataDirectory().resolve("tmp");
    Path left = Files.createDirectory(temporary.resolve("left-behind"));
    Files.createFile(left.resolve("by a library"));
    int usual = names(temporary).size() - 1;

    server.kill();
    server.start();

    assertThat(left).doesNotExist();
    assertThat(names(temporary)).hasSize(usual).anyMatch(name -> name.contains("brotli"));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
