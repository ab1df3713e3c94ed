package dev.tmuxbuilder.agent.claude;

import dev.tmuxbuilder.agent.AgentEvents;
import dev.tmuxbuilder.agent.Instruction;
import dev.tmuxbuilder.agent.ModelAccess;
import dev.tmuxbuilder.agent.ModelAccesses;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.Processes;
import dev.tmuxbuilder.platform.Settings;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A folder for each session that has a Claude Code: its home, its configuration with the
 * conversation, and its turn. Methods block.
 *
 * <pre>
 * agents/{execution_id}/home/     HOME
 * agents/{execution_id}/config/   CLAUDE_CONFIG_DIR
 * agents/{execution_id}/turns/    the turn under way
 * agents/launcher.mjs
 * </pre>
 */
final class Sessions {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration END = Duration.ofSeconds(4);
  private static final String TOOLS = "Read,Write,Edit,Glob,Grep,Skill,Task,TodoWrite";

  /** Where the agent's program finds its token. */
  private static final String TOKEN = "TMUXBUILDER_SESSION_TOKEN";

  private final Path root;
  private final Settings.Claude settings;
  private final ClaudeProgram program;
  private final Tmux tmux;
  private final ModelAccesses accesses;
  private volatile Optional<Walls> walls = Optional.empty();

  Sessions(
      Path root,
      Settings.Claude settings,
      ClaudeProgram program,
      Tmux tmux,
      ModelAccesses accesses) {
    this.root = root;
    this.settings = settings;
    this.program = program;
    this.tmux = tmux;
    this.accesses = accesses;
  }

  /** What the launcher needs to know; it holds the session's token. */
  @RegisterForReflection
  record Launch(
      String program, List<String> arguments, Map<String, String> environment, String directory) {}

  TurnWork work(Instruction instruction, AgentEvents events) throws IOException {
    Path turns = privately(home(instruction.execution()).resolve("turns"));
    try (Stream<Path> old = Files.list(turns)) {
      for (Path folder : old.filter(each -> !each.endsWith(Path.of(instruction.turn()))).toList()) {
        new Turn(folder).close(logs(instruction));
      }
    }
    return new TurnWork(
        this, Turn.open(turns.resolve(instruction.turn())), instruction, events, settings);
  }

  static Path logs(Instruction instruction) {
    return instruction.workspace().resolve("logs");
  }

  private Path home(ExecutionId execution) {
    return root.resolve(execution.toString());
  }

  private static Path privately(Path folder) throws IOException {
    return Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** The process in the session's pane, where one is there. */
  Optional<ProcessHandle> running(ExecutionId execution)
      throws IOException, InterruptedException, TimeoutException {
    return tmux.pane(execution);
  }

  /** Starts the program in the session's pane; it takes up the conversation that there is. */
  void start(Turn turn, Instruction instruction)
      throws IOException, InterruptedException, TimeoutException {
    Path home = home(instruction.execution());
    Path config = privately(home.resolve("config"));
    privately(home.resolve("home"));
    ModelAccess access = onlyAccess(instruction.execution());
    Path mcp = mcp(instruction, access);
    List<String> command =
        walls()
            .command(
                arguments(instruction, config, mcp),
                instruction.workspace(),
                List.of(program.claude().toRealPath(), instruction.workspace()),
                List.of(instruction.source(), home.resolve("home"), config),
                List.of(instruction.source().resolve(".git")));
    Map<String, String> environment = environment(home, config, access);
    if (program.modelsAreBedrocks()) {
      environment.put("CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS", "1"); // it knows few of them
    }
    turn.starting(
        new Launch(
            command.getFirst(),
            command.subList(1, command.size()),
            environment,
            instruction.workspace().toString()));
    tmux.start(
        instruction.execution(),
        instruction.workspace(),
        List.of(program.node().toString(), launcher().toString(), turn.folder().toString()));
  }

  /** An agent that was left on a machine that nobody reaches has no model from here on. */
  private ModelAccess onlyAccess(ExecutionId execution) {
    return accesses.end(execution).chain(() -> accesses.of(execution)).await().atMost(PATIENCE);
  }

  private Walls walls() {
    Walls known = walls.orElseGet(Walls::probe);
    walls = Optional.of(known);
    return known;
  }

  private List<String> arguments(Instruction instruction, Path config, Path mcp)
      throws IOException {
    String conversation = conversation(instruction.execution()).toString();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                program.claude().toRealPath().toString(),
                "-p",
                "--input-format",
                "stream-json",
                "--output-format",
                "stream-json",
                "--verbose",
                "--replay-user-messages",
                "--strict-mcp-config",
                "--setting-sources",
                "project",
                "--permission-mode",
                "acceptEdits",
                "--tools",
                TOOLS,
                "--model",
                settings.model(),
                "--max-turns",
                Integer.toString(settings.maxTurns()),
                "--max-budget-usd",
                settings.turnBudget().toPlainString(),
                record(config, conversation).isPresent() ? "--resume" : "--session-id",
                conversation));
    arguments.addAll(
        List.of("--mcp-config", mcp.toString(), "--allowedTools", "mcp__" + McpConfig.SERVER));
    return arguments;
  }

  /** Beside the site, for whoever looks; the token is in the process's environment alone. */
  private static Path mcp(Instruction instruction, ModelAccess access) throws IOException {
    Path file = instruction.workspace().resolve(".mcp.json");
    Path fresh = instruction.workspace().resolve(".mcp.json.new");
    Files.writeString(fresh, McpConfig.of(access.tools(), TOKEN).text());
    return Files.move(
        fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  static UUID conversation(ExecutionId execution) {
    return UUID.nameUUIDFromBytes(("claude " + execution).getBytes(StandardCharsets.UTF_8));
  }

  /** The program's own record of a conversation, where it has one of that name. */
  private static Optional<Path> record(Path config, String conversation) throws IOException {
    Path projects = config.resolve("projects");
    if (!Files.isDirectory(projects)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(projects, 2)) {
      return files.filter(file -> file.endsWith(conversation + ".jsonl")).findFirst();
    }
  }

  /**
   * Whether a message of that id is in the conversation: the program passes it over from then on.
   */
  boolean hasHeard(ExecutionId execution, String id) throws IOException {
    Optional<Path> record =
        record(home(execution).resolve("config"), conversation(execution).toString());
    if (record.isEmpty()) {
      return false;
    }
    try (Stream<String> lines = Files.lines(record.get(), StandardCharsets.ISO_8859_1)) {
      return lines.anyMatch(line -> line.contains(id));
    }
  }

  /** The whole of it: no key, nothing of the service's own. */
  private static Map<String, String> environment(Path home, Path config, ModelAccess access) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    environment.put("LANG", "C.UTF-8");
    environment.put("TERM", "dumb");
    environment.put("HOME", home.resolve("home").toString());
    environment.put("CLAUDE_CONFIG_DIR", config.toString());
    environment.put("ANTHROPIC_BASE_URL", access.gateway().toString());
    environment.put("ANTHROPIC_AUTH_TOKEN", access.token());
    environment.put(TOKEN, access.token());
    environment.put("CLAUDE_CODE_MAX_RETRIES", "10"); // some minutes: this service may be starting
    environment.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    environment.put("DISABLE_AUTOUPDATER", "1");
    environment.put("DISABLE_TELEMETRY", "1");
    environment.put("DISABLE_ERROR_REPORTING", "1");
    return environment;
  }

  private Path launcher() throws IOException {
    Path launcher = root.resolve("launcher.mjs");
    try (InputStream text =
        Objects.requireNonNull(Sessions.class.getResourceAsStream("launcher.mjs"))) {
      byte[] wanted = text.readAllBytes();
      if (!Files.exists(launcher)
          || !java.util.Arrays.equals(Files.readAllBytes(launcher), wanted)) {
        Path fresh = Files.createTempFile(root, "launcher", ".new");
        Files.write(fresh, wanted);
        Files.move(fresh, launcher, StandardCopyOption.ATOMIC_MOVE);
      }
    }
    return launcher;
  }

  /** Ends the session's process with all that it started, and with it the tmux session. */
  void end(ExecutionId execution) throws IOException, InterruptedException, TimeoutException {
    if (Files.isDirectory(home(execution))) {
      endSession(execution);
    }
  }

  /** Like {@link #end}, whatever became of its folder. */
  void endSession(ExecutionId execution)
      throws IOException, InterruptedException, TimeoutException {
    try {
      accesses.end(execution).await().atMost(PATIENCE); // before another run can have one
    } finally { // an agent that nobody follows ends, whatever the database does
      endProcess(execution);
    }
  }

  private void endProcess(ExecutionId execution)
      throws IOException, InterruptedException, TimeoutException {
    Optional<ProcessHandle> pane = tmux.pane(execution);
    if (pane.isPresent()) {
      List<ProcessHandle> below = pane.get().descendants().toList();
      tmux.kill(execution);
      try {
        pane.get().onExit().get(END.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException | java.util.concurrent.ExecutionException stays) {
        Processes.kill(pane.get());
      }
      below.forEach(Processes::awaitEnd);
    }
  }

  /** Ends it and removes all that it has, its conversation too. */
  void forget(ExecutionId execution) throws IOException, InterruptedException, TimeoutException {
    end(execution);
    DataDirectory.delete(home(execution));
  }
}
