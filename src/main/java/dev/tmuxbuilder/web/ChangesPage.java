package dev.tmuxbuilder.web;

import dev.tmuxbuilder.api.Access;
import dev.tmuxbuilder.api.ApiException;
import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.workspace.Changes;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What a run changed: a page of its own, and the parts of it that a site's page fetches. */
@Path("/sites/{execution_id}/runs/{run}/changes")
class ChangesPage {
  private static final int MOST_FILES = 500;
  private static final int MOST_LINES = 2_000;

  private final Access access;
  private final Executions executions;
  private final Changes changes;

  ChangesPage(Access access, Executions executions, Changes changes) {
    this.access = access;
    this.executions = executions;
    this.changes = changes;
  }

  /**
   * What the page shows.
   *
   * @param more how many changed files are not named
   */
  public record View(
      String id,
      String name,
      int run,
      @Nullable String commit,
      List<File> files,
      int more,
      @Nullable Diff diff) {}

  /** A changed file. */
  public record File(String path, String key, boolean binary, long added, long removed) {
    static File of(Changes.File file) {
      return new File(
          file.path(),
          Keys.change(file.kind().wire()),
          file.binary(),
          file.addedLines(),
          file.removedLines());
    }

    /** The path as it stands behind a question mark. */
    public String query() {
      return URLEncoder.encode(path, StandardCharsets.UTF_8);
    }
  }

  /** One file's change, line by line. */
  public record Diff(String path, boolean binary, List<Line> lines, boolean cut) {
    static Diff of(Changes.Diff diff) {
      List<Line> lines =
          diff.text()
              .lines()
              .dropWhile(line -> !line.startsWith("@@"))
              .limit(MOST_LINES + 1L)
              .map(Line::of)
              .toList();
      return new Diff(
          diff.file().path(),
          diff.file().binary(),
          lines.subList(0, Math.min(MOST_LINES, lines.size())),
          diff.cut() || lines.size() > MOST_LINES);
    }
  }

  /** A line with its first character, which says what became of it. */
  public record Line(String text) {
    static Line of(String text) {
      return new Line(text.isEmpty() ? " " : text);
    }

    public boolean added() {
      return text.startsWith("+");
    }

    public boolean removed() {
      return text.startsWith("-");
    }

    public boolean place() {
      return text.startsWith("@@");
    }
  }

  @GET
  @Operation(hidden = true)
  public Uni<Response> show(
      @PathParam("execution_id") String id,
      @PathParam("run") int run,
      @QueryParam("path") @Nullable String path,
      @QueryParam("part") @Nullable String part,
      @Context ContainerRequestContext request) {
    Frame frame = Frame.of("site", request);
    return Pages.signedIn(
        request,
        frame,
        () ->
            access
                .open(request, id)
                .chain(opened -> view(opened, run, Optional.ofNullable(path)))
                .chain(view -> Pages.html(frame, template(frame, view, part))));
  }

  private static TemplateInstance template(Frame frame, View view, @Nullable String part) {
    return switch (part) {
      case "files" -> Templates.changes$files(view);
      case "diff" -> Templates.changes$diff(view);
      case null, default -> Templates.changes(frame, view);
    };
  }

  private Uni<View> view(Access.Opened opened, int run, Optional<String> path) {
    return executions
        .execution(opened.tenant(), opened.id())
        .map(found -> found.orElseThrow(ApiException::notFound))
        .chain(
            execution ->
                Uni.combine()
                    .all()
                    .unis(changes.of(opened.id(), run), diff(opened, run, path))
                    .with((changed, diff) -> view(execution, run, changed, diff)));
  }

  private Uni<Optional<Changes.Diff>> diff(Access.Opened opened, int run, Optional<String> path) {
    return path.isEmpty()
        ? Uni.createFrom().item(Optional.empty())
        : changes
            .diff(opened.id(), run, path.get())
            .invoke(
                found -> {
                  if (found.isEmpty()) {
                    throw ApiException.notFound();
                  }
                });
  }

  private static View view(
      Execution execution,
      int run,
      Optional<Changes.Changed> changed,
      Optional<Changes.Diff> diff) {
    List<Changes.File> files = changed.map(Changes.Changed::files).orElse(List.of());
    return new View(
        execution.id().toString(),
        execution.siteName(),
        run,
        changed.flatMap(Changes.Changed::commit).orElse(null),
        files.stream().limit(MOST_FILES).map(File::of).toList(),
        Math.max(0, files.size() - MOST_FILES),
        diff.map(Diff::of).orElse(null));
  }
}
