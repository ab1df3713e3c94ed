package dev.tmuxbuilder.mcp;

import dev.tmuxbuilder.execution.Archive;
import dev.tmuxbuilder.execution.Attachment;
import dev.tmuxbuilder.execution.Attachments;
import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.Event;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Level;
import dev.tmuxbuilder.execution.Named;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.execution.Viewport;
import dev.tmuxbuilder.gateway.AgentJournal;
import dev.tmuxbuilder.gateway.AgentSession;
import dev.tmuxbuilder.platform.VirtualThreads;
import dev.tmuxbuilder.tenancy.Permission;
import dev.tmuxbuilder.tenancy.Role;
import dev.tmuxbuilder.workspace.Workspaces;
import io.quarkiverse.mcp.server.ImageContent;
import io.quarkiverse.mcp.server.Tool;
import io.quarkiverse.mcp.server.ToolArg;
import io.quarkiverse.mcp.server.ToolCallException;
import io.quarkiverse.mcp.server.ToolResponse;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an agent can ask of this service. Each verb acts on the caller's own execution. */
@Singleton
class Verbs {
  /** What each verb asks of who calls it. */
  static final Map<String, Permission> NEEDS =
      Map.of(
          "report_progress", Permission.REPORT,
          "ask_user", Permission.REPORT,
          "deploy", Permission.REPORT,
          "place_file", Permission.REPORT,
          "run_checks", Permission.VIEW,
          "screenshot", Permission.VIEW,
          "get_logs", Permission.VIEW,
          "get_status", Permission.VIEW,
          "list_skills", Permission.VIEW,
          "read_skill", Permission.VIEW);

  private static final int LONGEST_WORDS = 2_000;
  private static final int MOST_LINES = 200;

  private final CurrentVertxRequest current;
  private final AgentJournal journal;
  private final Executions executions;
  private final Archive archive;
  private final Workspaces workspaces;
  private final Attachments attachments;

  Verbs(
      CurrentVertxRequest current,
      AgentJournal journal,
      Executions executions,
      Archive archive,
      Workspaces workspaces,
      Attachments attachments) {
    this.current = current;
    this.journal = journal;
    this.executions = executions;
    this.archive = archive;
    this.workspaces = workspaces;
    this.attachments = attachments;
  }

  @Tool(
      name = "report_progress",
      description =
          "Tell the people who watch this run, in one plain sentence, what you are doing or have"
              + " just finished.")
  Uni<ToolResponse> reportProgress(
      @ToolArg(description = "One sentence, at most 2000 characters") String message) {
    return said("report_progress", Level.INFO, message).replaceWith(ToolResponse.success("Told."));
  }

  @Tool(
      name = "ask_user",
      description =
          "Ask the site's owner a question that you cannot go on without. The run waits for the"
              + " answer, which comes as your next message. End your turn right after this call.")
  Uni<ToolResponse> askUser(
      @ToolArg(description = "The question, at most 2000 characters") String question) {
    return said("ask_user", Level.INFO, question)
        .replaceWith(
            ToolResponse.success(
                "The owner is asked. End your turn now; the answer is your next message."));
  }

  @Tool(
      name = "deploy",
      description =
          "Ask for what is in source/ to be published. It is committed, published at the site's"
              + " address and checked as soon as you end your turn, and not before; what the checks"
              + " find comes back to you. Call it when you have finished.")
  Uni<ToolResponse> deploy() {
    return said("deploy", Level.INFO, "The agent wants its work to be published")
        .replaceWith(
            ToolResponse.success(
                "Noted. End your turn: then source/ is committed, published and checked."));
  }

  @Tool(
      name = "place_file",
      description =
          "Put a file that the user sent, which lies in files/, into source/ as it is: a photograph"
              + " or a drawing that the site is to show. What is there already is replaced.")
  Uni<ToolResponse> placeFile(
      @ToolArg(description = "Its path, as you were told it: files/…") String file,
      @ToolArg(description = "Where to, relative to source/, with the same ending") String path) {
    AgentSession session = session();
    if (!ending(file).equals(ending(path))) {
      return Uni.createFrom().item(ToolResponse.error("path must end as file does."));
    }
    return said("place_file", Level.INFO, "The agent puts " + file + " into source/" + path)
        .chain(() -> attachments.of(session.tenant(), session.execution()))
        .map(all -> all.stream().filter(one -> one.path().equals(file)).findFirst())
        .chain(
            found ->
                found.isEmpty()
                    ? Uni.createFrom()
                        .item(ToolResponse.error("The user sent no file of that path."))
                    : place(session, found.get(), path));
  }

  private Uni<ToolResponse> place(AgentSession session, Attachment file, String path) {
    return attachments
        .content(session.tenant(), session.execution(), file.fileId())
        .chain(
            content -> workspaces.place(session.execution(), path, content.orElseThrow().bytes()))
        .map(
            placed ->
                placed
                    ? ToolResponse.success("It is in source/" + path + ".")
                    : ToolResponse.error(
                        "path must stay in source/: names of letters, digits, points, hyphens and"
                            + " underscores, none of them hidden, none of them a link."));
  }

  private static String ending(String path) {
    return path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  @Tool(
      name = "run_checks",
      description =
          "What the product's own checks found when they ran last, on what was published then. They"
              + " run again in a real browser when you end your turn; they cannot be run in the"
              + " middle of it.")
  Uni<ToolResponse> runChecks() {
    AgentSession session = session();
    return said("run_checks", Level.DEBUG, "The agent reads the last checks")
        .chain(() -> archive.tests(session.tenant(), session.execution(), Optional.empty()))
        .map(
            report ->
                report
                    .map(found -> ToolResponse.success(Json.write(report(found))))
                    .orElseGet(
                        () ->
                            ToolResponse.success(
                                "Nothing was published yet. The checks run when you end your"
                                    + " turn.")));
  }

  private static Map<String, Object> report(Archive.Report report) {
    List<CheckResult> failed = report.checks().stream().filter(check -> !check.passed()).toList();
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("run", report.run());
    found.put("release", report.release());
    found.put("passed", report.checks().size() - failed.size());
    found.put("failed", failed);
    return found;
  }

  @Tool(
      name = "screenshot",
      description =
          "What people saw when the site was published last: a picture (PNG). Not of what you have"
              + " changed since.")
  Uni<ToolResponse> screenshot(
      @ToolArg(description = "desktop, phone or thumbnail", defaultValue = "desktop")
          String viewport) {
    AgentSession session = session();
    Optional<Viewport> wanted = Named.parse(Viewport.class, viewport);
    if (wanted.isEmpty()) {
      return Uni.createFrom()
          .item(ToolResponse.error("viewport must be one of desktop, phone, thumbnail"));
    }
    return said("screenshot", Level.DEBUG, "The agent looks at the site")
        .chain(() -> workspaces.screenshot(session.execution(), Optional.empty(), wanted.get()))
        .chain(
            file ->
                file.isEmpty()
                    ? Uni.createFrom()
                        .item(ToolResponse.error("No picture has been taken of this site yet."))
                    : VirtualThreads.call("screenshot", () -> Files.readAllBytes(file.get()))
                        .map(Base64.getEncoder()::encodeToString)
                        .map(png -> ToolResponse.success(new ImageContent(png, "image/png"))));
  }

  @Tool(
      name = "get_logs",
      description = "The newest lines of this execution's journal: what was done and what broke.")
  Uni<ToolResponse> logs(
      @ToolArg(description = "How many lines, 1 to 200", defaultValue = "50") int lines) {
    AgentSession session = session();
    int most = Math.clamp(lines, 1, MOST_LINES);
    return said("get_logs", Level.DEBUG, "The agent reads the journal")
        .chain(() -> now(session))
        .chain(
            now ->
                archive.events(
                    session.tenant(), session.execution(), Math.max(0, now.lastSeq() - most), most))
        .map(
            events ->
                ToolResponse.success(String.join("\n", events.stream().map(Verbs::line).toList())));
  }

  private static String line(Event event) {
    return event.seq()
        + " "
        + Json.time(event.at())
        + " "
        + event.level().wire()
        + (event.step() == null ? "" : " " + event.step())
        + " "
        + event.message();
  }

  @Tool(
      name = "get_status",
      description = "How far this run has come, the site's address, and how its steps went.")
  Uni<ToolResponse> status() {
    AgentSession session = session();
    return said("get_status", Level.DEBUG, "The agent reads its status")
        .chain(() -> now(session))
        .map(now -> ToolResponse.success(Json.write(status(now))));
  }

  private static Map<String, @Nullable Object> status(Snapshot now) {
    Map<String, @Nullable Object> status = new LinkedHashMap<>();
    status.put("execution_id", now.id().toString());
    status.put("status", now.status().wire());
    status.put("run", now.run());
    status.put("site_type", now.siteType().wire());
    status.put("host_provider", now.host().wire());
    status.put("url", now.url());
    status.put("release", now.release());
    status.put("deadline_at", now.until());
    status.put(
        "steps",
        now.steps().stream()
            .map(step -> Map.of("name", step.name().wire(), "status", step.status().wire()))
            .toList());
    return status;
  }

  private Uni<Snapshot> now(AgentSession session) {
    return executions
        .snapshot(session.tenant(), session.execution(), 0, 1)
        .map(Optional::orElseThrow);
  }

  @Tool(
      name = "list_skills",
      description = "The skills that this session was given, with what each is for.")
  Uni<ToolResponse> listSkills() {
    AgentSession session = session();
    return said("list_skills", Level.DEBUG, "The agent lists its skills")
        .chain(
            () ->
                VirtualThreads.call(
                    "skills", () -> Skills.list(workspaces.of(session.execution()))))
        .map(skills -> ToolResponse.success(Json.write(skills)));
  }

  @Tool(name = "read_skill", description = "The whole text of one of this session's skills.")
  Uni<ToolResponse> readSkill(
      @ToolArg(description = "Its name, as list_skills gives it") String name) {
    AgentSession session = session();
    return said("read_skill", Level.DEBUG, "The agent reads the skill " + name)
        .chain(
            () ->
                VirtualThreads.call(
                    "skill", () -> Skills.read(workspaces.of(session.execution()), name)))
        .map(
            text ->
                text.map(ToolResponse::success)
                    .orElseGet(() -> ToolResponse.error("There is no skill of that name.")));
  }

  private AgentSession session() {
    return McpDoor.session(current.getCurrent());
  }

  /**
   * Every call is in the journal, before anything is done; what the table of permissions does not
   * give to agents is not done.
   */
  private Uni<Void> said(String verb, Level level, String words) {
    Permission needed = NEEDS.get(verb);
    if (needed == null || !Role.agentMay(needed)) {
      return Uni.createFrom().failure(new ToolCallException("Agents may not do this here."));
    }
    String line = words.replaceAll("\\p{Cntrl}+", " ").strip();
    String message = line.length() > LONGEST_WORDS ? line.substring(0, LONGEST_WORDS) : line;
    return journal.tell(session(), level, "tool", message, Map.of("tool", verb));
  }
}
