package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What runs changed, as the API tells it. */
@ExtendWith(SharedServer.class)
class ChangesTest {
  private static final String ODD = "a *[b] ?.txt";
  private static final int LONGEST = 256 * 1024;

  private final ServerProcess server;

  ChangesTest(ServerProcess server) {
    this.server = server;
  }

  @Test
  void eachRunTellsWhatItChangedAndNothingElse() throws Exception {
    Client.Created site = server.client().create("# Diffs\n\nText.");
    live(site, 1);
    Client owner = site.client();
    JsonNode first = owner.json(owner.get(path(site, 1, "changes")), 200);
    assertThat(first.get("files"))
        .isNotEmpty()
        .allMatch(file -> file.get("change").asText().equals("added"));
    JsonNode whole = owner.json(owner.get(path(site, 1, "diff?path=index.html")), 200);
    assertThat(whole.get("diff").asText()).contains("--- /dev/null", "\n+<!doctype html>");
    assertThat(whole.at("/file/added_lines").asLong())
        .isEqualTo(
            whole.get("diff").asText().lines().filter(l -> l.matches("\\+(?!\\+\\+).*")).count());

    Path source = source(site);
    Path home = source.resolve("index.html");
    Files.writeString(home, Files.readString(home).replace("Text.", "Other."));
    Files.writeString(source.resolve(ODD), "odd\n");
    Files.writeString(source.resolve("a b c.txt"), "matched by the odd one, were it a pattern\n");
    Files.write(source.resolve("some.bin"), new byte[] {0, 1, 2, 0});
    Files.writeString(source.resolve("long.txt"), "line\n".repeat(100_000));
    site.post("redeploy", "");
    live(site, 2);

    JsonNode second = owner.json(owner.get(path(site, 2, "changes")), 200);
    assertThat(second.get("files"))
        .extracting(file -> file.get("path").asText() + " " + file.get("change").asText())
        .containsExactlyInAnyOrder(
            "index.html changed",
            ODD + " added",
            "a b c.txt added",
            "some.bin added",
            "long.txt added");
    assertThat(second.get("next").isNull()).isTrue();
    assertThat(inPagesOfTwo(site)).isEqualTo(second.get("files").valueStream().toList());

    String change = diff(site, "index.html").get("diff").asText();
    assertThat(change.lines().filter(line -> line.startsWith("-") && !line.startsWith("---")))
        .allMatch(line -> line.contains("Text."));
    assertThat(change).contains("Other.");
    assertThat(diff(site, ODD).get("diff").asText()).contains("+odd").doesNotContain("pattern");
    JsonNode binary = diff(site, "some.bin");
    assertThat(binary.at("/file/binary").asBoolean()).isTrue();
    assertThat(binary.get("diff").asText()).isEmpty();
    JsonNode cut = diff(site, "long.txt");
    assertThat(cut.get("cut").asBoolean()).isTrue();
    assertThat(cut.get("diff").asText()).hasSizeLessThanOrEqualTo(LONGEST).endsWith("+line\n");

    assertThat(owner.get(path(site, 2, "diff?path=about.html")).statusCode()).isEqualTo(404);
    assertThat(owner.get(path(site, 2, "diff?path=../brief.md")).statusCode()).isEqualTo(404);
    assertThat(owner.get(path(site, 2, "diff")).statusCode()).isEqualTo(400);
    assertThat(owner.get(path(site, 3, "changes")).statusCode()).isEqualTo(404);
    assertThat(owner.get(path(site, 2, "changes?limit=0")).statusCode()).isEqualTo(400);
    Client stranger = server.client().create("# Other").client();
    assertThat(stranger.get(path(site, 1, "diff?path=index.html")).statusCode()).isEqualTo(404);
    server.cancelWhatRuns();
  }

  /** Waits until the run has put a release live, and leaves it at that. */
  private void live(Client.Created site, int release) {
    site.await(now -> now.path("release").asInt() == release);
    server.cancelWhatRuns();
    site.end();
  }

  private List<JsonNode> inPagesOfTwo(Client.Created site) {
    List<JsonNode> files = new ArrayList<>();
    JsonNode since = null;
    do {
      String from = since == null ? "0" : since.asText();
      JsonNode page =
          site.client()
              .json(site.client().get(path(site, 2, "changes?limit=2&since=" + from)), 200);
      page.get("files").forEach(files::add);
      since = page.get("next");
    } while (!since.isNull());
    return files;
  }

  private static JsonNode diff(Client.Created site, String file) {
    String query = "diff?path=" + URLEncoder.encode(file, StandardCharsets.UTF_8);
    return site.client().json(site.client().get(path(site, 2, query)), 200);
  }

  private static String path(Client.Created site, int run, String rest) {
    return "/api/executions/" + site.id() + "/runs/" + run + "/" + rest;
  }

  private Path source(Client.Created site) {
    return server
        .dataDirectory()
        .resolve("users")
        .resolve(site.answer().get("user_id").asText())
        .resolve("sessions")
        .resolve(site.answer().get("session_id").asText())
        .resolve("source");
  }
}
