package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads an audit, a tenant's or the operators', and checks that nothing in it was changed. */
@Command(
    name = "audit",
    description = "Checks an audit, line by line, or exports it as JSON lines.",
    footer = {
      "",
      "Each line names the SHA-256 of the one before it. Keep the hash that verify prints: with",
      "--head it says later whether lines were cut off the end."
    })
final class AuditCommand extends RemoteCommand {
  private static final int PAGE = 10_000;
  private static final String NO_LINE = "0".repeat(64);

  /** What may be done with it. */
  enum Action {
    verify,
    export
  }

  @Parameters(index = "0", paramLabel = "ACTION", description = "verify or export")
  private Action action = Action.verify;

  /** Whose audit; one of them. */
  static final class Source {
    @Option(names = "--tenant", paramLabel = "ID", description = "A tenant's.")
    private Optional<String> tenant = Optional.empty();

    @Option(names = "--operators", description = "What operators did outside of any tenant.")
    private boolean operators;

    @Option(
        names = "--file",
        paramLabel = "FILE",
        description = "An exported audit, instead of a service's.")
    private Optional<Path> file = Optional.empty();
  }

  @ArgGroup(heading = "Whose audit:%n")
  private @Nullable Source source;

  @Option(
      names = "--head",
      paramLabel = "SHA256",
      description = "The hash of a line that must still be there.")
  private Optional<String> head = Optional.empty();

  AuditCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws InterruptedException {
    Source whose = source;
    if (whose == null) {
      throw CliFailure.badUsage(
          "no_audit", "whose audit?", "Add --tenant ID, --operators or --file FILE.");
    }
    List<String> lines = whose.file.isPresent() ? read(whose.file.get()) : ask(whose);
    if (action == Action.export) {
      lines.forEach(out()::line);
      return 0;
    }
    return verify(lines);
  }

  private static List<String> read(Path path) {
    try {
      return Files.readAllLines(path);
    } catch (IOException unreadable) {
      throw CliFailure.failed("unreadable", "cannot read " + path, "Is it an exported audit?");
    }
  }

  private List<String> ask(Source whose) throws InterruptedException {
    Api api = connection().open(surroundings(), whose.tenant.orElse("operator"));
    String path =
        whose.tenant.map(id -> "/api/tenants/" + id + "/audit").orElse("/api/audit")
            + "?limit="
            + PAGE
            + "&since=";
    List<String> all = new ArrayList<>();
    List<String> page;
    do {
      page = page(api, path + all.size());
      all.addAll(page);
    } while (page.size() == PAGE);
    return all;
  }

  private static List<String> page(Api api, String path) throws InterruptedException {
    try {
      HttpResponse<String> answer =
          api.client()
              .send(
                  api.request(path).build(),
                  HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      if (answer.statusCode() >= 300) {
        throw Problem.of(answer.statusCode(), answer.body(), answer.headers());
      }
      return answer.body().lines().toList();
    } catch (IOException broken) {
      throw api.unreachable(broken);
    }
  }

  private int verify(List<String> lines) {
    String previous = NO_LINE;
    boolean headSeen = head.isEmpty();
    for (int i = 0; i < lines.size(); i++) {
      JsonNode line = Json.parse(lines.get(i));
      if (line.path("seq").asLong() != i + 1 || !line.path("previous").asText().equals(previous)) {
        throw CliFailure.failed(
            "audit_broken",
            "line " + (i + 1) + " does not follow from the one before it",
            "Something was changed or taken out at or before this line.");
      }
      previous = sha256(lines.get(i));
      headSeen |= head.filter(previous::equals).isPresent();
    }
    if (!headSeen) {
      throw CliFailure.failed(
          "audit_cut", "the line with that hash is not there", "Lines were changed or cut off.");
    }
    ObjectNode document = Json.object();
    document.put("lines", lines.size()).put("head", previous);
    say(document, "%,d lines, none changed. Head: %s".formatted(lines.size(), previous));
    return 0;
  }

  private static String sha256(String line) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(line.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) { // every Java has it
      throw new IllegalStateException(impossible);
    }
  }
}
