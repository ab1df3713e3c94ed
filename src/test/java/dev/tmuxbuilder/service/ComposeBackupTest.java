package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.platform.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands in docs/deploy.md that back up and restore what {@code docker compose} runs, word
 * for word. What runs in containers there runs here without any.
 */
class ComposeBackupTest {
  private static final Pattern COMMANDS = Pattern.compile("(?s)```sh\n(.*?)```");
  private static final String NAME = "tmuxbuilder";

  @Test
  void afterTheCommandsOfTheDocumentationEverythingIsAsItWas(@TempDir Path folder)
      throws Exception {
    Path data = folder.resolve("data");
    Path restored = Files.createDirectories(folder.resolve("restored"));
    JsonNode receipts;
    byte[] page;
    Client.Created site;
    try (SystemPostgres first = postgres(folder.resolve("first"))) {
      try (ServerProcess server = server(data, first).start()) {
        site = server.client().create("# It comes back in containers");
        String url = site.completed().get("url").asText();
        page = new SiteReader(server, url).get("/").body();
        receipts = ExternalBackupTest.receipts(site);
        run(folder, commands("pg_dump"), first, data);
      }
    }
    try (SystemPostgres second = postgres(folder.resolve("second"))) {
      run(folder, commands("pg_restore"), second, restored);

      try (ServerProcess server = server(restored, second).start()) {
        Client.Created same =
            new Client.Created(
                server.client().as(site.client().token().orElseThrow()), site.answer());
        assertThat(new SiteReader(server, same.status().get("url").asText()).get("/").body())
            .isEqualTo(page);
        assertThat(ExternalBackupTest.receipts(same)).isEqualTo(receipts);
        ExternalBackupTest.assertWallsStand(second, NAME, restored, site);
      }
    }
  }

  /** As the image makes it: the owner is the superuser. */
  private static SystemPostgres postgres(Path folder) throws Exception {
    SystemPostgres postgres = SystemPostgres.start(folder, NAME);
    postgres.execute("create database " + NAME);
    return postgres;
  }

  private static ServerProcess server(Path data, SystemPostgres postgres) {
    ServerProcess process = new ServerProcess(data);
    postgres.settings(NAME, NAME, postgres.password()).forEach(process::with);
    return process;
  }

  private static String commands(String program) throws IOException {
    return COMMANDS
        .matcher(Files.readString(Path.of("docs/deploy.md")))
        .results()
        .map((MatchResult found) -> found.group(1))
        .filter(found -> found.contains("docker compose") && found.contains(program))
        .findFirst()
        .orElseThrow();
  }

  private static void run(Path folder, String commands, SystemPostgres postgres, Path volume)
      throws IOException, InterruptedException, TimeoutException {
    Path programs = Files.createDirectories(folder.resolve("programs"));
    ExternalBackupTest.script(
        programs.resolve("docker"),
        """
        case "$4" in
          up) ;;
          exec) shift 6; exec "$@" ;;
          run) shift 10
            for word; do
              shift
              set -- "$@" "$(printf %s "$word" | sed "s#/var/lib/tmux-builder#$VOLUME#")"
            done
            exec tar "$@" ;;
          *) exit 1 ;;
        esac
        """);
    Processes.Result result =
        Processes.runBlocking(
            new Processes.Command(
                List.of("sh", "-e", "-c", commands),
                folder,
                Map.of(
                    "PATH",
                    programs + ":" + SystemPostgres.programs() + ":" + System.getenv("PATH"),
                    "VOLUME",
                    volume.toString(),
                    "PGHOST",
                    "127.0.0.1",
                    "PGPORT",
                    Integer.toString(postgres.port()),
                    "PGPASSWORD",
                    postgres.password()),
                Duration.ofMinutes(2),
                1 << 20));
    assertThat(result.ok()).as(result.stdout() + result.stderr()).isTrue();
  }
}
