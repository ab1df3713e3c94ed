package dev.tmuxbuilder.library.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Level;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.library.LibraryFolder;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.Processes;
import dev.tmuxbuilder.platform.Refusal;
import dev.tmuxbuilder.queue.NoOpNode;
import dev.tmuxbuilder.service.SharedDatabase;
import dev.tmuxbuilder.store.RelevanceBench;
import dev.tmuxbuilder.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What sessions are given of the product's own library, ranked by a real PostgreSQL. */
class SessionEquipmentTest {
  private static final ExecutionId ID =
      ExecutionId.of("2a4f4f0c-7b0c-5c53-8a3b-6f1c7a4d9f10_sess_20260101_120000_ab12");

  private static final List<String> ALWAYS =
      List.of(
          "a-change-by-chat",
          "asking-well",
          "bounded-repair",
          "brief-auditor",
          "brief-words-found",
          "briefs-that-give-orders",
          "check-runner",
          "choosing-skills",
          "console-clean",
          "contrast-that-holds",
          "done-means-proved",
          "how-a-turn-ends",
          "no-filler",
          "no-sideways-scroll",
          "one-idea-for-a-look",
          "own-end-to-end-checks",
          "page-builder",
          "plan-of-pages",
          "progress-that-helps",
          "reading-a-check-report",
          "release-captain",
          "requests-that-arrive",
          "semantic-skeleton",
          "titles-and-descriptions",
          "tokens-first-css",
          "what-the-user-sent");

  private static final List<String> DYNAMIC =
      List.of(
          "graceful-stop",
          "health-endpoint",
          "log-detective",
          "server-builder",
          "server-launcher",
          "server-pages-too",
          "state-in-data-dir");

  @TempDir private static Path database;
  private static SharedDatabase postgres;
  private static RelevanceBench bench;

  @TempDir private Path data;
  private final List<String> said = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    postgres = SharedDatabase.start(database);
    bench = new RelevanceBench(postgres.settings());
  }

  @AfterAll
  static void stop() throws IOException {
    bench.close();
    postgres.close();
  }

  private static Execution execution(
      HostProvider host, SiteType type, AgentKind agent, String brief) {
    return new Execution(
        ID,
        new TenantId(UUID.randomUUID()),
        "ana@example.com",
        "+12025550123",
        host,
        type,
        agent,
        "bakery-ab12",
        brief,
        Optional.empty(),
        Instant.EPOCH);
  }

  private SortedSet<String> equip(Execution execution) throws IOException {
    Path session = data.resolve("session");
    new SessionEquipment(
            new Libraries(NoOpNode.settings(1), DataDirectory.open(data)),
            bench.relevance(),
            id -> new Workspace(session))
        .equip(execution, progress())
        .await()
        .atMost(Duration.ofSeconds(30));
    SortedSet<String> names = new TreeSet<>();
    names.addAll(list(session.resolve(".claude/agents")));
    names.addAll(list(session.resolve(".claude/skills")));
    return names;
  }

  private static List<String> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString().replaceAll("\\.md$", "")).toList();
    }
  }

  private Progress progress() {
    return new Progress() {
      @Override
      public void log(Level level, String stage, String message, Map<String, ?> with) {
        said.add(message);
      }

      @Override
      public void check(CheckResult result) {}
    };
  }

  private void assertGiven(HostProvider host, SiteType type, List<String> shared, String... others)
      throws IOException {
    List<String> expected = new ArrayList<>(ALWAYS);
    expected.addAll(shared);
    expected.addAll(List.of(others));

    assertThat(equip(execution(host, type, AgentKind.CLAUDE, "")))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(said).singleElement().asString().contains("helpers, 0 of them for this brief");
  }

  @Test
  void aStaticSiteOnThisMachine() throws IOException {
    assertGiven(
        HostProvider.LOCAL,
        SiteType.STATIC,
        List.of(),
        "static-publisher",
        "static-serving-rules",
        "preview-before-deploy");
  }

  @Test
  void aDynamicSiteOnThisMachine() throws IOException {
    assertGiven(HostProvider.LOCAL, SiteType.DYNAMIC, DYNAMIC, "program-environment");
  }

  @Test
  void aStaticSiteOnAws() throws IOException {
    assertGiven(
        HostProvider.AWS,
        SiteType.STATIC,
        List.of(),
        "static-publisher",
        "cloud-release-watcher",
        "static-on-a-distribution",
        "first-release-patience",
        "costs-in-mind");
  }

  @Test
  void aDynamicSiteOnAws() throws IOException {
    assertGiven(
        HostProvider.AWS,
        SiteType.DYNAMIC,
        DYNAMIC,
        "cloud-release-watcher",
        "dynamic-on-a-machine",
        "first-release-patience",
        "costs-in-mind");
  }

  @Test
  void theSitesOnAzure() throws IOException {
    assertGiven(
        HostProvider.AZURE,
        SiteType.DYNAMIC,
        DYNAMIC,
        "cloud-release-watcher",
        "dynamic-on-a-vm",
        "long-operations",
        "lean-on-azure");
  }

  @Test
  void theStarterReadsNoneAndGetsNone() throws IOException {
    assertThat(equip(execution(HostProvider.LOCAL, SiteType.STATIC, AgentKind.STARTER, "")))
        .isEmpty();
    assertThat(data.resolve("session")).doesNotExist();
  }

  @Test
  void aBriefBringsAFewThatBearOnItAndTheRecordSaysByWhichWords() throws IOException {
    SortedSet<String> without =
        equip(execution(HostProvider.LOCAL, SiteType.STATIC, AgentKind.OPENCODE, ""));
    String brief =
        "# Casa Luz\n\nA restaurant with a menu of dishes that changes daily. Show the opening"
            + " hours, and concerts in an events calendar.";

    SortedSet<String> with =
        equip(execution(HostProvider.LOCAL, SiteType.STATIC, AgentKind.OPENCODE, brief));

    SortedSet<String> more = new TreeSet<>(with);
    more.removeAll(without);
    assertThat(more)
        .hasSizeBetween(3, 8)
        .contains("menu-of-dishes", "opening-hours", "events-and-dates")
        .doesNotContain("cookies-and-sessions", "lean-on-azure");
    Path record = data.resolve("session/deployment/injection.json");
    assertThat(Json.mapper().readTree(record.toFile()).path("items"))
        .filteredOn(item -> item.path("name").asText().equals("menu-of-dishes"))
        .singleElement()
        .satisfies(
            item -> {
              assertThat(item.path("rule").asText()).isEqualTo("more-for-the-brief");
              assertThat(item.path("why").asText()).contains("dish", "menu");
            });
  }

  @Test
  void aBriefOfAnyLettersIsRanked() throws IOException {
    String brief = "it's \\ 'quoted' & | ! :* <-> \0 \"words\" \u202e menu".repeat(200);

    assertThat(equip(execution(HostProvider.LOCAL, SiteType.STATIC, AgentKind.CLAUDE, brief)))
        .contains("menu-of-dishes");
  }

  @Test
  void aRepositoryIsFetchedAtItsCommit(@TempDir Path repository) throws Exception {
    LibraryFolder library = LibraryFolder.in(repository);
    git(repository, "init", "--quiet");
    git(repository, "add", "--all");
    git(repository, "commit", "--quiet", "-m", "one");
    String commit = git(repository, "rev-parse", "HEAD").strip();
    library.replace(LibraryFolder.SKILL, "Some words.", "Later words.");
    git(repository, "commit", "--quiet", "--all", "-m", "two");
    DataDirectory directory = DataDirectory.open(data);

    Path folder = PinnedLibrary.folder(repository.toUri() + "#" + commit, directory);

    assertThat(folder.resolve(LibraryFolder.SKILL)).content().contains("Some words.");
  }

  @Test
  void aRepositoryWithoutACommitIsRefused() {
    DataDirectory directory = DataDirectory.open(data);

    assertThatThrownBy(() -> PinnedLibrary.folder("https://example.invalid/x#main", directory))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("must be pinned");
  }

  private static String git(Path folder, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("git", "-c", "user.name=Ana", "-c", "user.email=ana@example.com"));
    command.addAll(List.of(arguments));
    Processes.Result result =
        Processes.runBlocking(
            Processes.Command.of(folder, Duration.ofSeconds(20), command.toArray(String[]::new)));
    assertThat(result.ok()).as(result.stderr()).isTrue();
    return result.stdout();
  }
}
